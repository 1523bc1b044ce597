"""evaluate.html: one file, made from evaluate.json alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from angiogram.data.annotations.boxes import Box
from angiogram.evaluate.result import EvaluatedExample, Evaluation, TaskResult
from angiogram.plain import built
from angiogram.report.evaluation.image_use import headline, image_use, leading
from angiogram.report.page import LARGEST, MOST_ROWS
from angiogram.report.published import EVALUATION
from angiogram.report.schema import validate
from angiogram.report.sealed import sealed
from angiogram.report.task_names import task_name

LOOKED_AT = {"rec": "true", "reg": "asked"}
"""What the box of an entry is called."""


def render(document: Mapping[str, Any]) -> str:
    """The page of one evaluate.json document.

    Every second example is left out, and the page says so, for as long as they would make it larger than 5 MB.

    Raises:
        InputError: `document` is not a valid evaluation.
    """
    validate(document, "evaluate.json", EVALUATION)
    evaluation = cast(Evaluation, built(Evaluation, document))
    total = {task.task: len(task.examples) for task in evaluation.tasks}
    page = _fill(evaluation, total)
    while len(page.encode("utf-8", "replace")) > LARGEST and any(task.examples for task in evaluation.tasks):
        evaluation = replace(evaluation, tasks=tuple(map(_fewer, evaluation.tasks)))
        page = _fill(evaluation, total)
    return page


def _fewer(task: TaskResult) -> TaskResult:
    return replace(task, examples=task.examples[::2] if len(task.examples) > 1 else ())


def _fill(evaluation: Evaluation, total: Mapping[str, int]) -> str:
    controlled = any(len(task.outcomes) > 1 for task in evaluation.tasks)
    leads = [(task, leading(task)) for task in evaluation.tasks]
    return sealed(
        "evaluate.html.j2",
        evaluation=evaluation,
        headline=headline(evaluation),
        charted=[(task, lead) for task, lead in leads if lead is not None and lead.better == "higher"],
        summed=[(task, lead, image_use(task)) for task, lead in leads],
        controlled=controlled,
        not_assessed=_not_assessed(evaluation, controlled),
        asked=sum(task.entries for task in evaluation.tasks),
        total=total,
        outlines=_outlines,
        most=MOST_ROWS,
    )


def _not_assessed(evaluation: Evaluation, controlled: bool) -> list[str]:
    said: list[str] = []
    if not controlled:
        said.append("Whether a score comes from the image: the model was asked with the own images only.")
    if aside := len(evaluation.set_aside):
        said.append(f"{aside:,} {'entry was' if aside == 1 else 'entries were'} set aside.")
    for task in evaluation.tasks:
        reasons: dict[str, list[str]] = {}
        for metric in task.metrics:
            if metric.not_assessed is not None:
                reasons.setdefault(metric.not_assessed, []).append(metric.name)
        said += [f"{task_name(task.task)}, {', '.join(names)}: {reason}." for reason, names in reasons.items()]
    return said


def _outlines(task: TaskResult, example: EvaluatedExample) -> list[tuple[str, Box, str]]:
    """The entry's box, and the one that was answered with the own image."""
    name = LOOKED_AT.get(task.task, "box")
    own = [] if example.box is None else [(name, example.box, f"{name} box")]
    said = [("said", each.box, f"said: {each.text}") for each in example.said if each.condition == "real" and each.box]
    return [*own, *said]
