"""What the first stage of a recipe begins with, from what a user names."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.cache import Progress
from angiogram.files import atomic_folder
from angiogram.model.build.assembly import Assembly, put_together
from angiogram.model.loading import Loading
from angiogram.model.located import content, local_folder
from angiogram.tap.ranks import Ranks
from angiogram.train.recipe.settings import START, Recipe, Stage

if TYPE_CHECKING:
    from angiogram.model.load import LoadedModel

MADE_BY = "made_by.json"  # in it: of what parts, and by which seed


@dataclass(frozen=True)
class Trust:
    """What a user says of the model that a recipe starts from; see `Loading`."""

    remote_code: bool = False
    anatomy: Path | None = None
    base: str | None = None


@dataclass(frozen=True)
class Loader:
    """Gives each stage of a recipe its model.

    Attributes:
        recipe: names a model or parts.
        trust: of the model.
        out: folder of the stages, and of the parts put together.
        cache, progress: as `load_model` takes them.
        ranks: the first of each machine loads before the others.
    """

    recipe: Recipe
    trust: Trust
    out: Path
    cache: Path
    progress: Progress
    ranks: Ranks

    def __call__(self, before: Path | None, stage: Stage) -> "LoadedModel":
        """What the stage before has written, or what the recipe begins with: on the CPU, Accelerate moves it.

        Raises:
            InputError: it cannot be loaded or put together.
        """
        from angiogram.model.load import load_model
        from angiogram.train.trained_parts import precision_of

        precision = precision_of(stage.parts)
        trust = self.trust
        loading = Loading("cpu", precision, trust_remote_code=trust.remote_code, anatomy=trust.anatomy)
        with self.ranks.one_before_the_others():
            if before is None and self.recipe.parts is not None:
                before = _assembled(self.recipe.parts, self.recipe.seed, self.out, self.cache, self.progress)
            elif before is None:
                loading = replace(loading, base=trust.base)
            return load_model(str(before or self.recipe.model), self.cache, self.progress, loading)


def identity_of(recipe: Recipe, base: str | None) -> str:
    """Identifies what a recipe begins with, of an adapter also the base that a user names."""
    if recipe.parts is not None:
        return json.dumps(asdict(recipe.parts), sort_keys=True)
    folder = local_folder(str(recipe.model))
    known = content(folder) if folder.is_dir() else str(recipe.model)
    if base is None:
        return known
    below = local_folder(base)
    return f"{known} on {content(below) if below.is_dir() else base}"


def _assembled(parts: Assembly, seed: int, out: Path, cache: Path, progress: Progress) -> Path:
    """The folder of the parts put together, once; those of another recipe make way."""
    folder = out / START
    made_by = json.dumps({"parts": asdict(parts), "seed": seed}, sort_keys=True)
    kept = folder / MADE_BY
    if not kept.is_file() or kept.read_text("utf-8") != made_by:
        with atomic_folder(folder) as temporary:
            put_together(parts, seed, temporary, cache, progress)
            (temporary / MADE_BY).write_text(made_by, "utf-8")
    return folder
