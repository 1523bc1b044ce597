"""A training, from what a user names to the folders of its stages."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.cache import Progress
from angiogram.data.annotations.as_cases import is_table_of_ours
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.errors import InputError
from angiogram.evaluate.opened import Chosen, opened
from angiogram.files import atomic_folder, sha256, sha256_of_text
from angiogram.model.build.assembly import Assembly, put_together
from angiogram.model.loading import Loading
from angiogram.model.located import content, local_folder
from angiogram.model.precision import native_precision
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.train.recipe.settings import PHANTOM, Recipe, Stage

if TYPE_CHECKING:
    from angiogram.model.load import LoadedModel
    from angiogram.train.draws.phantom import PhantomTexts
    from angiogram.train.stages import Learnt, Running
    from angiogram.train.watching import Watcher

DYNAMICS_FILE, SAMPLES_FILE = "dynamics.jsonl", "samples.jsonl"  # beside a stage's folder, behind its name
LOGS_FOLDER = "logs"
START = "start"  # the folder of what a recipe puts together


@dataclass(frozen=True)
class Watching:
    """What a training says of itself besides its lines.

    Attributes:
        dynamics: steps between two looks at the spectra of gradients; None for no look.
        samples: steps between two rounds of answers; None for none.
        logs: trackers that are told of each step, "tensorboard" and "trackio".
    """

    dynamics: int | None = None
    samples: int | None = None
    logs: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse what is no number of steps, and trackers that are not there.

        Raises:
            InputError: names it.
        """
        from angiogram.train.logged import check_logs

        for name, every in (("dynamics", self.dynamics), ("samples", self.samples)):
            if every is not None and every < 1:
                raise InputError(f"--{name} {every} is no number of steps; give 1 or more.")
        check_logs(self.logs)


@dataclass(frozen=True)
class Trust:
    """What a user says of the model that a recipe starts from; see `Loading`."""

    remote_code: bool = False
    anatomy: Path | None = None
    base: str | None = None


def train(
    recipe: Recipe,
    out: Path,
    *,
    source: SourceOptions | None = None,
    trust: Trust | None = None,
    watching: Watching | None = None,
    cache: Path,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> list[Path]:
    """Open what a recipe names, and run its stages; the stages' folders in order.

    Args:
        recipe: names a model or parts, and the data.
        out: folder of the stages.
        source: how labelled images are opened.
        trust: of the model.
        watching: what it says of itself.
        cache: folder for converted models and images.
        progress: receives plain lines.
        ranks: the processes that share the work.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    trust, watching = trust or Trust(), watching or Watching()
    watching.check()
    if recipe.data is None:
        raise InputError(f"The recipe '{recipe.name}' names no data; give an annotation table or cases with --data.")
    if recipe.model is None and recipe.parts is None:
        raise InputError(f"The recipe '{recipe.name}' names no model and no parts; give a model with --model.")
    with ranks.one_before_the_others():
        learnt = _learnt(recipe, source or SourceOptions(), cache, progress)  # refused before a model is loaded

    from angiogram.model.load import load_model
    from angiogram.train.stages import Beginning, run_recipe

    beginning = Beginning(recipe.model or START, _identity(recipe))

    def load(before: Path | None, stage: Stage) -> "LoadedModel":
        whole = any(part.train == "full" for part in stage.parts.values())
        precision = "float32" if whole else native_precision()
        loading = Loading("cpu", precision)  # Accelerate moves it
        if before is not None:
            return load_model(str(before), cache, progress, loading)
        if recipe.parts is not None:
            return load_model(
                str(_assembled(recipe.parts, recipe.seed, out, cache, progress)), cache, progress, loading
            )
        loading = replace(loading, trust_remote_code=trust.remote_code, anatomy=trust.anatomy, base=trust.base)
        return load_model(str(recipe.model), cache, progress, loading)

    def in_turn(before: Path | None, stage: Stage) -> "LoadedModel":
        with ranks.one_before_the_others():
            return load(before, stage)

    watch = partial(_watchers, watching, progress)
    return run_recipe(recipe, beginning, learnt, in_turn, out, progress, watch=watch, ranks=ranks)


def _watchers(watching: Watching, progress: Progress, running: "Running") -> Sequence["Watcher"]:
    from angiogram.train.dynamics.along import Along
    from angiogram.train.logged import Logged
    from angiogram.train.rows import Rows
    from angiogram.train.samples import Samples

    found: list[Watcher] = []

    def beside(file: str) -> Path:
        return running.folder.with_name(f"{running.folder.name}.{file}")

    if watching.dynamics is not None:
        along = Along(running.loaded, running.draw, watching.dynamics)
        found.append(Rows(beside(DYNAMICS_FILE), along))
    if watching.samples is not None:
        found.append(Rows(beside(SAMPLES_FILE), Samples(running.loaded, running.draw, watching.samples, progress)))
    if watching.logs:
        found.append(Logged(watching.logs, running.folder.parent / LOGS_FOLDER / running.folder.name))
    return found


def _learnt(recipe: Recipe, source: SourceOptions, cache: Path, progress: Progress) -> "Learnt":
    from angiogram.train.draws.of_cases import entries_of
    from angiogram.train.draws.table import Entries
    from angiogram.train.stages import Learnt

    data = str(recipe.data)
    if data == PHANTOM and recipe.stages[0].text is not None:
        texts = _phantom(cache, progress)
        return Learnt(PHANTOM, PHANTOM, lambda slices: texts)
    if Path(data).suffix == ".parquet" and is_table_of_ours(data):
        table = opened(Path(data), Chosen(recipe.split))
        if table.set_aside:
            progress(f"{len(table.set_aside)} of {table.given} entries break a rule and are left out")

        def of_table(slices: int | None) -> Entries:
            how = source.how.taken_by(slices)
            return Entries(table.entries, lambda name: read_picture(table.images, name, how))

        return Learnt(table.name, f"{sha256(Path(data))}:{recipe.split}", of_table)
    cases = open_cases(data, cache, progress, source)
    entries = entries_of(cases)
    known = [[entry.id, entry.image, entry.target] for entry in entries.entries]

    def of_cases(slices: int | None) -> Entries:
        if slices is None:
            return entries
        return entries_of(open_cases(data, cache, progress, replace(source, how=source.how.taken_by(slices))))

    return Learnt(cases.name, sha256_of_text(json.dumps([cases.revision, cases.ask(), known])), of_cases)


def _phantom(cache: Path, progress: Progress) -> "PhantomTexts":
    from angiogram.data.phantom import phantom_annotation, phantom_cases
    from angiogram.train.draws.phantom import PhantomTexts

    cases = phantom_cases(cache, progress)
    cases = cases.select([i for i, case in enumerate(cases.rows) if case.split == "train"])
    annotation = phantom_annotation(cache, progress)
    return PhantomTexts(cases, annotation.of(cases), annotation.names)


def _identity(recipe: Recipe) -> str:
    if recipe.parts is not None:
        return json.dumps(asdict(recipe.parts), sort_keys=True)
    folder = local_folder(str(recipe.model))
    return content(folder) if folder.is_dir() else str(recipe.model)


def _assembled(parts: Assembly, seed: int, out: Path, cache: Path, progress: Progress) -> Path:
    """The folder of the parts put together, once."""
    folder = out / START
    if not folder.exists():
        with atomic_folder(folder) as temporary:
            put_together(parts, seed, temporary, cache, progress)
    return folder
