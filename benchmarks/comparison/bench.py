"""Where a comparison works: its folder, its budget, its parts and radiographs; every result in it is made once."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from angiogram.cache import default_cache
from angiogram.data.radiographs.making import Wanted, make_radiographs
from angiogram.files import atomic_file, sha256_of_text
from angiogram.model.build.base import embedded_base
from comparison.budget import Budget
from comparison.tiny import SIDE, tiny_parts
from record import commit, record

BUILD = Path(__file__).parents[2] / "build" / "comparisons"
Json = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where a comparison works.

    Attributes:
        name: of the comparison.
        budget: of each run.
        quick: whether the model is a tiny one.
        build: folder of all comparisons.
        commit: that is measured, taken once, as others may follow while a comparison runs.
    """

    name: str
    budget: Budget
    quick: bool
    build: Path = BUILD
    commit: str = field(default_factory=commit)

    @property
    def folder(self) -> Path:
        """Of everything that it makes under this budget."""
        return self.build / f"{self.name}-{sha256_of_text(json.dumps(asdict(self.budget)))[:8]}"

    @property
    def parts(self) -> str:
        """What encoder and LLM come from: the embedded model's, or tiny ones."""
        return tiny_parts(self.folder / "parts") if self.quick else str(embedded_base(default_cache(), print))

    @property
    def image_size(self) -> int:
        """Side of the model's input in pixels."""
        return SIDE if self.quick else 112

    def table(self) -> Path:
        """The annotation table of the radiographs."""
        wanted = Wanted(self.budget.images, self.budget.size, counterfactuals=0)
        folder = self.build / f"radiographs-{wanted.images}-{wanted.size}"
        make_radiographs(folder, wanted, default_cache(), print)
        return folder / "annotations.parquet"

    def once(self, name: str, make: Callable[[], Json]) -> Json:
        """What `make` gives, kept as a file."""
        path = self.folder / f"{name}.json"
        if path.is_file():
            return json.loads(path.read_text())
        print(f"== {name}", flush=True)
        found = {**make(), "commit": self.commit}
        with atomic_file(path) as temporary:
            temporary.write_text(json.dumps(found))
        return found


def forget(*folders: Path) -> None:
    """Remove the weights that a run left: each is half a gigabyte, and its scores are kept."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def write(bench: Bench, result: Json) -> Path:
    """The result file of a comparison; of a quick run it stays with what the run made."""
    if not bench.quick:
        return record(bench.name, **result)
    path = bench.folder / f"{bench.name}.json"
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(result, indent=1) + "\n")
    return path


def measured_at(kept: list[Json]) -> str:
    """The commits at which these were made."""
    return ", ".join(sorted({each["commit"] for each in kept}))
