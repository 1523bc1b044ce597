"""All that is said of one task."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from angiogram.data.annotations.tasks import Task
from angiogram.data.shown import Pictures
from angiogram.evaluate.collect.plan import Plan
from angiogram.evaluate.collect.request import group_of
from angiogram.evaluate.collect.unholdable import unholdable
from angiogram.evaluate.examples import examples
from angiogram.evaluate.judge.answers import Answered
from angiogram.evaluate.judge.case_scores import case_scores
from angiogram.evaluate.judge.measure import Draws, measured
from angiogram.evaluate.judge.outcomes import outcome
from angiogram.evaluate.metrics.clinical import clinical_metrics
from angiogram.evaluate.metrics.metric import Judged, Metric
from angiogram.evaluate.result import Left, TaskResult
from angiogram.evaluate.tasks.task import evaluated_task
from angiogram.evaluate.terms import Condition

Scores = dict[str, dict[int, float]]
"""Of each metric: by number of the question, the score of its answer."""


def judge_task(
    planned: Plan,
    task: Task,
    answers: Sequence[Answered],
    draws: Draws,
    pictures: Pictures,
    weights: Path | None,
) -> tuple[TaskResult, Scores]:
    """One task, and the scores of its answers.

    Args:
        planned: all questions.
        task: which.
        answers: to its questions.
        draws: resamples of the groups.
        pictures: which are shown.
        weights: folder with the weights of clinical metrics.
    """
    asked = planned.requests
    metrics = [*evaluated_task(task).metrics(), *(clinical_metrics(weights) if task == "report" else ())]
    of: dict[Condition, list[Answered]] = {"real": []}
    for each in answers:
        of.setdefault(asked[each.row].condition, []).append(each)
    by_entry: dict[Condition, Mapping[int, Judged]] = {
        condition: _by(same, lambda row: asked[row].entry) for condition, same in of.items()
    }
    scores = _scores(metrics, of)
    entries = [planned.entries[number] for number in sorted({asked[each.row].entry for each in answers})]
    there = bool(by_entry["real"])
    shown = _shown(planned, metrics, scores, by_entry["real"])
    measuring = (measured(metric, by_entry, draws) for metric in metrics) if there else ()
    result = TaskResult(
        task=task,
        entries=len(entries),
        groups=len({group_of(entry) for entry in entries}),
        longest_answer=evaluated_task(task).longest,
        outcomes=tuple(
            outcome(condition, same, condition == "blind" and planned.blind == "grey") for condition, same in of.items()
        ),
        metrics=tuple(each for each in measuring if each is not None),
        examples=examples(by_entry, shown, planned.read, pictures) if there else (),
        unsayable=tuple(Left(each.id, each.reason) for each in unholdable(entries, planned.loaded.processor.tokenizer)),
    )
    return result, scores


def _scores(metrics: Sequence[Metric], of: Mapping[Condition, Sequence[Answered]]) -> Scores:
    scores: Scores = {}
    for same in of.values():
        for name, found in case_scores(metrics, _by(same, lambda row: row)).items():
            scores.setdefault(name, {}).update(found)
    return scores


def _shown(planned: Plan, metrics: Sequence[Metric], scores: Scores, real: Mapping[int, Judged]) -> dict[int, float]:
    """By number of the entry, the score of its answer to the real image, more for better.

    It is that of the first metric that scores every such answer, also one that could not be read.
    """
    found: dict[int, float] = {}
    for metric in reversed(metrics):
        own = {number for number, each in real.items() if metric.on(each.entry)}
        of = {
            planned.requests[row].entry: score
            for row, score in scores.get(metric.name, {}).items()
            if planned.requests[row].condition == "real"
        }
        if metric.better == "higher" and own <= of.keys():
            found |= of
    return found


def _by(answers: Sequence[Answered], number: Callable[[int], int]) -> dict[int, Judged]:
    return {number(each.row): each.judged for each in answers if each.judged is not None}
