"""Running a recipe: each stage goes on from what the one before it wrote."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.model.origin import TRAINED_FILE, Origin, read_origin
from angiogram.model.parts import PARTS_FILE
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.train.aggregation import aggregated_backward
from angiogram.train.answer_steps import answer_pieces
from angiogram.train.checkpoint import RECIPE
from angiogram.train.closed_form import start_connector
from angiogram.train.draws.ahead import ahead
from angiogram.train.draws.drawn import Draw
from angiogram.train.draws.phantom import PhantomTexts
from angiogram.train.draws.table import Entries
from angiogram.train.keeping import keep_trained
from angiogram.train.loop import Combine, fit
from angiogram.train.piece import Pieces
from angiogram.train.recipe import Recipe, Stage, stage_digests
from angiogram.train.routed import check_routed
from angiogram.train.rows import Rows, losses_of
from angiogram.train.schedule import Schedule
from angiogram.train.sharded import give_weights, is_sharded, trained_weights
from angiogram.train.trained_parts import train_parts
from angiogram.train.watching import Watcher
from angiogram.train.word_steps import word_pieces

STEPS_FILE = "steps.jsonl"  # beside a stage's folder, behind its name


@dataclass(frozen=True)
class Beginning:
    """What a recipe's first stage begins with.

    Attributes:
        name: of the model, or of the parts.
        identity: of its weights, as far as the recipe's result depends on them.
    """

    name: str
    identity: str


@dataclass(frozen=True)
class Learnt:
    """What a recipe's stages learn from.

    Attributes:
        name: of the image set.
        identity: of all that is in it, and of how it is read.
        source: gives the draws, of pictures, or of volumes for a model that takes so many slices.
        conditions: of its reading, by what a user calls them; a checkpoint of others is refused by their names.
    """

    name: str
    identity: str
    source: Callable[[int | None], PhantomTexts | Entries]
    conditions: Mapping[str, str] = field(default_factory=dict[str, str])


Load = Callable[[Path | None, Stage], LoadedModel]
"""From the folder of the stage before, None for the first, to the model that a stage begins with."""


@dataclass(frozen=True)
class Running:
    """A stage that is about to begin.

    Attributes:
        stage: its settings.
        loaded: the model, in which low-rank factors are in place.
        draw: what its steps learn from.
        folder: that it will write.
    """

    stage: Stage
    loaded: LoadedModel
    draw: Draw
    folder: Path


Watch = Callable[[Running], Sequence[Watcher]]
"""From a stage to what is told of each of its steps, on the first process."""


def nobody(*_: Any) -> Sequence[Watcher]:
    """Nothing is told of the steps but the lines."""
    return ()


def run_recipe(
    recipe: Recipe,
    beginning: Beginning,
    learnt: Learnt,
    load: Load,
    out: Path,
    progress: Progress,
    *,
    watch: Watch = nobody,
    ranks: Ranks = ALONE,
) -> list[Path]:
    """Train every stage that has not been written yet; the stages' folders in order.

    Args:
        recipe: what to do.
        beginning: identifies what `load` gives to the first stage.
        learnt: what is learnt from.
        load: gives each stage its model.
        out: folder of the stages; an interrupted stage in it is continued.
        progress: receives plain lines.
        watch: what else is told of the steps of a stage.
        ranks: the processes that share the steps.

    Raises:
        InputError: a folder or checkpoint in `out` is of another recipe or damaged, an entry cannot be learnt from, or
            the disk is full.
    """
    folders = [out / stage.name for stage in recipe.stages]
    digests = stage_digests(recipe, beginning.identity, learnt.identity)
    for folder, digest in zip(folders, digests, strict=True):
        if folder.exists() and _written(folder).recipe != digest:
            raise InputError(f"The folder '{folder}' is of another recipe; choose another --out or delete it.")
    for stage in recipe.stages:
        if stage.batch_size % (ranks.count * stage.accumulate):
            raise InputError(
                f"The batch_size {stage.batch_size} of the stage '{stage.name}' does not divide among {ranks.count} "
                f"processes of {stage.accumulate} passes."
            )
    before = None
    for stage, folder, digest in zip(recipe.stages, folders, digests, strict=True):
        with ranks.agreed():
            missing = not folder.exists()
        if missing:
            begin = partial(load, before, stage)
            origin = Origin(beginning.name if before is None else before.name, learnt.name, digest)
            _run_stage(recipe, stage, begin, learnt, origin, folder, progress, watch, ranks)
        before = folder
    return folders


def _run_stage(
    recipe: Recipe,
    stage: Stage,
    begin: Callable[[], LoadedModel],
    learnt: Learnt,
    origin: Origin,
    folder: Path,
    progress: Progress,
    watch: Watch,
    ranks: Ranks,
) -> None:
    seed, loaded = recipe.seed + recipe.stages.index(stage), begin()
    progress(f"stage {stage.name}: {stage.steps} steps of {stage.batch_size}")
    source = learnt.source(loaded.slices)
    if stage == recipe.stages[0]:  # for all of them
        check_routed(recipe, loaded.model, source, progress)
    draw = source.draw(stage, seed)
    if stage.closed_form and isinstance(source, PhantomTexts):
        start_connector(loaded, source, progress)
    torch.manual_seed(seed)
    model, groups = train_parts(loaded, stage.parts)
    if stage.gradient_checkpointing:
        _recompute(loaded, model)
    checkpoint = folder.parent / f"{folder.name}.checkpoint"
    with ranks.agreed():
        watchers = _watchers(Running(stage, loaded, draw, folder), watch, ranks)
    fit(
        model,
        _pieces(stage, loaded, source, ahead(draw), ranks),
        groups,
        Schedule(stage.steps, stage.warmup, seed, stage.weight_decay, stage.keep_every, recipe.precision),
        checkpoint,
        {"batch size": str(stage.batch_size), **learnt.conditions, RECIPE: str(origin.recipe)},
        progress,
        combine=_combine(stage, ranks),
        watchers=watchers,
        ranks=ranks,
    )
    if is_sharded(model):
        weights, loaded = trained_weights(model), begin()
        model, _ = train_parts(loaded, stage.parts)
        give_weights(model, weights)
    with ranks.agreed():
        if ranks.is_first:
            keep_trained(stage.trained(), loaded, model, origin, folder)
            shutil.rmtree(checkpoint, ignore_errors=True)


def _watchers(running: Running, watch: Watch, ranks: Ranks) -> Sequence[Watcher]:
    if not ranks.is_first:
        return ()
    folder = running.folder
    return (Rows(folder.with_name(f"{folder.name}.{STEPS_FILE}"), losses_of), *watch(running))


def _pieces(stage: Stage, loaded: LoadedModel, source: PhantomTexts | Entries, draw: Draw, ranks: Ranks) -> Pieces:
    if not stage.words or isinstance(source, PhantomTexts):
        return answer_pieces(loaded, draw, stage.accumulate, ranks)
    if ranks.count > 1:
        raise InputError(f"The words of the stage '{stage.name}' are learnt in one process, not in {ranks.count}.")
    return word_pieces(loaded, source, draw)


def _combine(stage: Stage, ranks: Ranks) -> Combine | None:
    if stage.aggregation is None:
        return None
    if ranks.count > 1:
        raise InputError(f"The aggregation of the stage '{stage.name}' works in one process, not in {ranks.count}.")
    settings = dict(stage.aggregation)
    return partial(aggregated_backward, name=str(settings.pop("name")), settings=settings)


def _recompute(loaded: LoadedModel, model: Any) -> None:
    try:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    except ValueError as error:
        raise InputError(f"The model '{loaded.name}' cannot compute its activations twice: {error}") from error


def _written(folder: Path) -> Origin:
    """What a stage says of itself.

    Raises:
        InputError: the folder is no stage's, or its file is damaged.
    """
    file = PARTS_FILE if (folder / PARTS_FILE).is_file() else TRAINED_FILE
    return read_origin(folder, file)
