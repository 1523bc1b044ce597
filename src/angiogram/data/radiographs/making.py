"""A set of simulated radiographs in a folder: images, their table, their settings, and pairs that differ in one thing.

```
images/               PNG, one a radiograph
annotations.parquet   entries for the seven tasks, as `data/annotations` reads them
settings.parquet      a row a radiograph: pose, warp, exposure, and all that was measured
counterfactuals.parquet   a row a pair
recipe.json           what the set was made by
```
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from angiogram.cache import Progress
from angiogram.data.annotations.entry import frame_of as entries_frame
from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.data.progress import silent
from angiogram.data.radiographs.counterfactuals import changes, pairs
from angiogram.data.radiographs.drawing import IMAGES, PARTS, Shot, Studio, draw
from angiogram.data.radiographs.origin import STATEMENTS
from angiogram.data.radiographs.patient import patient_folder
from angiogram.data.radiographs.rows import SCHEMA, truth_of
from angiogram.data.radiographs.setting import setting, stream
from angiogram.data.radiographs.tasks.all import entries_of
from angiogram.data.radiographs.tasks.subject import Subject
from angiogram.errors import InputError
from angiogram.files import alone_in, atomic_file, writing_to
from angiogram.seed import check_seed

RECIPE = 2
"""Raise it whenever the same seed would give other images or entries."""
SMALLEST, LARGEST = 32, 1024
MOST = 1_000_000
_WORDING = 2


@dataclass(frozen=True)
class Wanted:
    """What a set is made by; two sets made by the same are the same, byte for byte.

    Attributes:
        images: radiographs.
        size: pixels along each side.
        seed: of all that is random.
        counterfactuals: pairs, at most.
        recipe: version of the simulation.
    """

    images: int = 2000
    size: int = 224
    seed: int = 0
    counterfactuals: int = 200
    recipe: int = RECIPE

    def check(self) -> None:
        """Refuse what cannot be made.

        Raises:
            InputError: a number out of its range.
        """
        check_seed(self.seed)
        for name, value, low, high in (
            ("number of images", self.images, 1, MOST),
            ("size", self.size, SMALLEST, LARGEST),
            ("number of counterfactuals", self.counterfactuals, 0, MOST),
        ):
            if not low <= value <= high:
                raise InputError(f"The {name} must be from {low} to {high}, not {value}.")


@dataclass(frozen=True)
class Made:
    """What lies in the folder then.

    Attributes:
        images: radiographs, without those of pairs.
        entries: rows of the table.
        pairs: counterfactual pairs.
    """

    images: int
    entries: int
    pairs: int


def make_radiographs(
    out: Path, wanted: Wanted, cache: Path, progress: Progress = silent, patient: Path | None = None
) -> Made:
    """Make the set, or what is missing of it.

    Args:
        out: its folder.
        wanted: what it is made by.
        cache: where the patient is kept.
        progress: told what is done.
        patient: folder of another patient than the asset package's.

    Raises:
        InputError: the folder holds another set, another process is drawing it, a number is out of range, the asset
            package is missing, the disk is full.
    """
    wanted.check()
    if not out.exists():
        with writing_to(out):
            out.mkdir(parents=True, exist_ok=True)
    table, settings, twins = (out / f"{name}.parquet" for name in ("annotations", "settings", "counterfactuals"))
    with alone_in(out):
        _claim(out, wanted)
        if not table.is_file():
            _make(out, wanted, patient or patient_folder(cache, progress), (table, settings, twins), progress)
    counted = (pl.scan_parquet(path).select(pl.len()).collect().item() for path in (settings, table, twins))
    return Made(*counted)


def _make(out: Path, wanted: Wanted, patient: Path, tables: tuple[Path, Path, Path], progress: Progress) -> None:
    """Draw what is missing and write the tables; that of the entries is the last, and says that all is there."""
    table, settings, twins = tables
    studio = Studio(patient, out, wanted.size, wanted.seed)
    processes = len(os.sched_getaffinity(0))
    shots = [Shot(how.id, how) for how in (setting(wanted.seed, number) for number in range(wanted.images))]
    rows = _read(draw(studio, "images", shots, processes, progress))
    _write(rows, settings)
    found = changes(rows.to_dicts(), wanted.counterfactuals, wanted.seed)
    others = draw(studio, "counterfactuals", [change.shot for change in found], processes, progress)
    changed = _read(others)
    twin = pairs(found, rows, changed)
    for image in changed.filter(~pl.col("id").is_in(twin["other_id"]))["image"]:  # no pair after all
        (out / image).unlink(missing_ok=True)
    _write(twin, twins)
    progress("radiographs: writing the table")
    entries = [entry for row in rows.iter_rows(named=True) for entry in entries_of(_subject(row, wanted.seed))]
    write_annotations(Annotations(entries_frame(entries), out, STATEMENTS), table)
    shutil.rmtree(out / PARTS, ignore_errors=True)
    for half in (out / IMAGES).glob(".*.part"):  # what a killed run was writing
        half.unlink()


def _claim(out: Path, wanted: Wanted) -> None:
    """Make sure that what lies in the folder is a part of this set."""
    recipe = out / "recipe.json"
    if recipe.is_file():
        try:
            given: Any = json.loads(recipe.read_text())
        except (OSError, ValueError):
            raise InputError(f"'{recipe}' is damaged; delete the folder '{out}' and run again.") from None
        if given != asdict(wanted):
            raise InputError(
                f"'{out}' holds radiographs made with {_said(given, asdict(wanted))}; name another folder."
            )
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"'{out}' holds something else; name a new folder for the radiographs.")
    else:
        with atomic_file(recipe) as file:
            file.write_text(json.dumps(asdict(wanted), indent=1) + "\n")


def _said(given: Any, wanted: Mapping[str, int]) -> str:
    if not isinstance(given, dict):
        return "other settings"
    other = [f"{name} {given.get(name)}, not {value}" for name, value in wanted.items() if given.get(name) != value]
    return " and ".join(other) or "other settings"


def _subject(row: Mapping[str, Any], seed: int) -> Subject:
    return Subject(row["id"], row["image"], row["split"], truth_of(row), stream(seed, row["number"], _WORDING))


def _read(parts: Sequence[Path]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=SCHEMA), *(pl.read_parquet(part) for part in parts)])


def _write(frame: pl.DataFrame, path: Path) -> None:
    with atomic_file(path) as file:
        frame.write_parquet(file)
