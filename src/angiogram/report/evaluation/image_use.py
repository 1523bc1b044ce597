"""Whether a score comes from the image, by the differences to an evaluation without it and with another one."""

from typing import Literal

from angiogram.data.annotations.tasks import Task
from angiogram.evaluate.result import Evaluation, MetricResult, TaskResult
from angiogram.report.task_names import task_name
from angiogram.report.wording import known
from angiogram.statistics.interval import Interval

Use = Literal["yes", "only against no image", "only against another image", "not seen", "not known", "has no image"]


def leading(task: TaskResult) -> MetricResult | None:
    """The first metric of a task that has a number and is better when higher; else the first with a number."""
    found = [metric for metric in task.metrics if metric.real is not None]
    return next((metric for metric in found if metric.better == "higher"), found[0] if found else None)


def image_use(task: TaskResult) -> Use:
    """Whether the leading metric is surely better with the entry's own image than without one and than with another."""
    if task.task == "text_qa":
        return "has no image"
    metric = leading(task)
    if metric is None:
        return "not known"
    over_blind, over_other = (_better(metric, each) for each in (metric.real_minus_blind, metric.real_minus_other))
    if over_blind is None or over_other is None:
        return "not known"
    if over_blind and over_other:
        return "yes"
    if over_blind:
        return "only against no image"
    return "only against another image" if over_other else "not seen"


def headline(evaluation: Evaluation) -> str:
    """In one sentence, on how many tasks the score comes from the image."""
    uses: dict[Task, Use] = {task.task: image_use(task) for task in evaluation.tasks}
    asked: dict[Task, Use] = {task: use for task, use in uses.items() if use != "has no image"}
    judged: dict[Task, Use] = {task: use for task, use in asked.items() if use != "not known"}
    if not asked:
        return "The table asks about no image."
    if not judged:
        return "It is not known on any task whether the score comes from the image."
    names = [task_name(task) for task, use in judged.items() if use == "yes"]
    rest = f"; on {len(asked) - len(judged)} it is not known" if len(judged) < len(asked) else ""
    if len(judged) == 1:
        (only,) = judged
        seen = "seen" if names else "not seen"
        return (
            f"On the one task that can be judged, {task_name(only)}, the score is {seen} to come from the image{rest}."
        )
    if not names:
        return f"On none of {len(judged)} tasks is the score seen to come from the image{rest}."
    return f"On {len(names)} of {len(judged)} tasks the score is seen to come from the image: {_listed(names)}{rest}."


def _better(metric: MetricResult, difference: Interval | None) -> bool | None:
    """Whether the interval leaves out zero on the better side; None where there is none."""
    if difference is None or not (known(difference.low) and known(difference.high)):
        return None
    return difference.low > 0 if metric.better == "higher" else difference.high < 0


def _listed(names: list[str]) -> str:
    """Names in a sentence.

    >>> _listed(["REC", "REG", "VQA"])
    'REC, REG and VQA'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
