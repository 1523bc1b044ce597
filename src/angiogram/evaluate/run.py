"""An evaluation: asked, read, scored, written down."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import transformers

import angiogram
from angiogram.cache import Progress
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.tasks import TASKS, Task
from angiogram.data.shown import Pictures
from angiogram.evaluate.collect.fill import ANSWERS, collect
from angiogram.evaluate.collect.fingerprint import fingerprint
from angiogram.evaluate.collect.plan import Plan, plan
from angiogram.evaluate.collect.request import group_of
from angiogram.evaluate.collect.unholdable import unholdable
from angiogram.evaluate.entries_table import write_entries
from angiogram.evaluate.examples import examples
from angiogram.evaluate.judge.answers import Answered, answered
from angiogram.evaluate.judge.case_scores import case_scores
from angiogram.evaluate.judge.measure import Draws, measured
from angiogram.evaluate.judge.outcomes import outcome
from angiogram.evaluate.metrics.clinical import clinical_metrics
from angiogram.evaluate.metrics.metric import Judged, Metric
from angiogram.evaluate.opened import Opened, hashes
from angiogram.evaluate.result import Evaluation, Left, TaskResult
from angiogram.evaluate.tasks.task import evaluated_task
from angiogram.evaluate.terms import CONDITIONS, Condition
from angiogram.files import atomic_file
from angiogram.imaging.read import Preparation
from angiogram.model.load import LoadedModel
from angiogram.seed import check_seed
from angiogram.tap.ranks import ALONE, Ranks


@dataclass(frozen=True)
class EvaluationSettings:
    """How a table is evaluated.

    Attributes:
        seed: of the exchange of images and of the resamples.
        resamples: bootstrap resamples of the groups.
        batch_size: questions a forward pass; None for what fits.
        controls: whether it is also asked without an image and with another group's.
        pictures: which are shown in the result.
        metric_weights: folder with the weights of CheXbert, RadGraph and BERTScore; None for none.
    """

    seed: int = 0
    resamples: int = 2000
    batch_size: int | None = None
    controls: bool = True
    pictures: Pictures = "auto"
    metric_weights: Path | None = None


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
        how: pictures are made of what has more than 8 bits or two dimensions.
        ranks: the processes that share the work.

    Returns:
        The evaluation on the first rank; nothing on the others, which only help to ask.

    Raises:
        InputError: the run folder holds something else, no entry can be asked, or the disk is full.
    """
    check_seed(settings.seed)
    conditions = CONDITIONS if settings.controls else CONDITIONS[:1]
    planned = plan(loaded, table.entries, conditions, lambda name: read_picture(table.images, name, how), settings.seed)
    digests = hashes(table.images, [each.image for each in planned.requests if each.image is not None])
    entries = fingerprint(planned, digests)
    store = collect(planned, entries, out / ANSWERS, settings.batch_size, progress, ranks)
    if store is None:
        return None
    _write_config(out, loaded.name, table.name, settings, entries)
    answers = answered(planned, store)
    result, scores = _judged(planned, table, answers, settings, progress)
    write_entries(planned, answers, scores, out)
    return result


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
            found, of_cases = _task(planned, task, own, draws, settings)
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


def _task(
    planned: Plan, task: Task, answers: list[Answered], draws: Draws, settings: EvaluationSettings
) -> tuple[TaskResult, dict[str, dict[int, float]]]:
    """One task, and the scores of its answers by number of the question."""
    metrics: list[Metric] = [*evaluated_task(task).metrics()]
    if task == "report":
        metrics += clinical_metrics(settings.metric_weights)
    of: dict[Condition, list[Answered]] = {"real": []}
    for each in answers:
        of.setdefault(planned.requests[each.row].condition, []).append(each)
    by_entry = {condition: _by(same, lambda row: planned.requests[row].entry) for condition, same in of.items()}
    by_row = {condition: _by(same, lambda row: row) for condition, same in of.items()}
    scores: dict[str, dict[int, float]] = {}
    for judged in by_row.values():
        for name, found in case_scores(metrics, judged).items():
            scores.setdefault(name, {}).update(found)
    first: dict[int, float] = next((scores[metric.name] for metric in metrics if metric.name in scores), {})
    real = {
        planned.requests[row].entry: score for row, score in first.items() if planned.requests[row].condition == "real"
    }
    entries = [planned.entries[number] for number in sorted({planned.requests[each.row].entry for each in answers})]
    measuring = (measured(metric, by_entry, draws) for metric in metrics) if by_entry["real"] else ()
    result = TaskResult(
        task=task,
        entries=len(entries),
        groups=len({group_of(entry) for entry in entries}),
        longest_answer=evaluated_task(task).longest,
        outcomes=tuple(
            outcome(condition, same, condition == "blind" and planned.blind == "grey") for condition, same in of.items()
        ),
        metrics=tuple(each for each in measuring if each is not None),
        examples=examples(by_entry, real, planned.read, settings.pictures) if by_entry["real"] else (),
        unsayable=tuple(Left(each.id, each.reason) for each in unholdable(entries, planned.loaded.processor.tokenizer)),
    )
    return result, scores


def _by(answers: list[Answered], number: Callable[[int], int]) -> dict[int, Judged]:
    return {number(each.row): each.judged for each in answers if each.judged is not None}


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
