"""An evaluation: asked, read, scored, written down."""

import json
from dataclasses import asdict
from pathlib import Path

import torch
import transformers

import angiogram
from angiogram.cache import Progress
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError
from angiogram.evaluate.collect.fill import ANSWERS, collect
from angiogram.evaluate.collect.fingerprint import fingerprint
from angiogram.evaluate.collect.plan import Plan, plan
from angiogram.evaluate.entries_table import write_entries
from angiogram.evaluate.judge.answers import Answered, answered
from angiogram.evaluate.judge.measure import Draws
from angiogram.evaluate.judge.task import judge_task
from angiogram.evaluate.opened import Opened, hashes
from angiogram.evaluate.result import Evaluation, Left, TaskResult
from angiogram.evaluate.settings import EvaluationSettings
from angiogram.evaluate.terms import CONDITIONS
from angiogram.files import atomic_file
from angiogram.imaging.read import Preparation
from angiogram.model.load import LoadedModel
from angiogram.tap.ranks import ALONE, Ranks


def evaluate(
    loaded: LoadedModel,
    table: Opened,
    settings: EvaluationSettings,
    out: Path,
    progress: Progress,
    how: Preparation | None = None,
    ranks: Ranks = ALONE,
) -> Evaluation | None:
    """Ask a model all questions of a table in three conditions, and score its answers.

    Args:
        loaded: the model.
        table: the entries.
        settings: see `EvaluationSettings`.
        out: run folder; answers in it are used again when they are to the same questions, else refused.
        progress: receives plain lines.
        how: pictures are made of what has more than 8 bits or two dimensions; a model of volumes is shown these whole.
        ranks: the processes that share the work.

    Returns:
        The evaluation on the first rank; nothing on the others, which only help to ask.

    Raises:
        InputError: the run folder holds something else, no entry can be asked with its own image, or the disk is full.
    """
    conditions = CONDITIONS if settings.controls else CONDITIONS[:1]
    how = (how or Preparation()).taken_by(loaded.slices)
    digests = hashes(table.images, (entry.image for entry in table.entries if entry.image is not None))
    planned = plan(
        loaded, table.entries, conditions, lambda name: read_picture(table.images, name, how), settings.seed, digests
    )
    entries = fingerprint(planned, digests, how)
    store = collect(planned, entries, out / ANSWERS, settings.batch_size, progress, ranks)
    if store is None:
        return None
    _write_config(out, loaded.name, table.name, settings, entries)
    answers = answered(planned, store)
    _check_asked(planned, answers)
    result, scores = _judged(planned, table, answers, settings, progress)
    write_entries(planned, answers, scores, out)
    return result


def _check_asked(planned: Plan, answers: tuple[Answered, ...]) -> None:
    """Refuse to score where the model could be asked about no entry as it stands."""
    real = [each for each in answers if planned.requests[each.row].condition == "real"]
    if all(each.failure is not None for each in real):
        first = planned.requests[real[0].row]
        raise InputError(
            f"None of the {len(real)} entries could be asked. The first, '{planned.entries[first.entry].id}' about "
            f"'{first.image}': {real[0].failure}."
        )


def _judged(
    planned: Plan, table: Opened, answers: tuple[Answered, ...], settings: EvaluationSettings, progress: Progress
) -> tuple[Evaluation, dict[str, dict[int, float]]]:
    draws = Draws(settings.seed, settings.resamples)
    scores: dict[str, dict[int, float]] = {}
    tasks: list[TaskResult] = []
    failed: dict[str, str] = {}
    for each in answers:
        if each.failure is not None and planned.requests[each.row].condition == "real":
            failed[planned.entries[planned.requests[each.row].entry].id] = each.failure
    for task in TASKS:
        own = [each for each in answers if planned.entries[planned.requests[each.row].entry].task == task]
        if own:
            progress(f"scoring {task}")
            found, of_cases = judge_task(planned, task, own, draws, settings.pictures, settings.metric_weights)
            tasks.append(found)
            for name, by_row in of_cases.items():
                scores.setdefault(name, {}).update(by_row)
    unsound = tuple(Left(each.id, each.reason) for each in planned.unsound)
    result = Evaluation(
        angiogram_version=angiogram.__version__,
        model=planned.loaded.name,
        revision=planned.loaded.revision,
        precision=str(planned.loaded.model.dtype).removeprefix("torch."),
        table=table.name,
        split=table.split,
        given=table.given,
        set_aside=(*table.set_aside, *unsound, *(Left(id, reason) for id, reason in failed.items())),
        statements=table.statements,
        notes=_notes(planned, settings),
        seed=settings.seed,
        resamples=settings.resamples,
        blind=planned.blind,
        tasks=tuple(tasks),
        versions=f"torch {torch.__version__}, transformers {transformers.__version__}",
    )
    return result, scores


def _notes(planned: Plan, settings: EvaluationSettings) -> tuple[str, ...]:
    """What must be known about how the questions were asked."""
    notes: list[str] = ["Answers are greedy: the likeliest token each time."]
    if planned.alone is not None:
        notes.append(f"Without an image the model is shown an even grey one. {planned.alone}.")
    if planned.in_front:
        notes.append(f"The model takes images in front only; {planned.in_front} prompts have theirs elsewhere.")
    if later := sum(bool(entry.turn) for entry in planned.entries):
        notes.append(f"{later} entries are later turns of a conversation; they are asked without what came before.")
    asked = {
        planned.requests[row].entry
        for row in range(len(planned.requests))
        if planned.requests[row].condition == "other"
    }
    alone = sum(entry.image is not None for entry in planned.entries) - len(asked)
    if settings.controls and alone:
        notes.append(f"{alone} entries are of a task whose images are all of one group: no other's could be shown.")
    return tuple(notes)


def _write_config(folder: Path, model: str, table: str, settings: EvaluationSettings, entries: dict[str, str]) -> None:
    """`config.json` of the run folder: every setting, with the fingerprint that guards the answers."""
    weights = None if settings.metric_weights is None else settings.metric_weights.name
    told = {**asdict(settings), "metric_weights": weights}
    content = {"model": model, "table": table, "settings": told, "fingerprint": entries}
    with atomic_file(folder / "config.json") as file:
        file.write_text(json.dumps(content, indent=1))
