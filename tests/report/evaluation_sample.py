"""An evaluation whose numbers and texts are made by hand."""

import base64
import io
from dataclasses import replace
from typing import Any

from PIL import Image

from angiogram.data.annotations.tasks import Task
from angiogram.evaluate.result import EvaluatedExample, Evaluation, Left, MetricResult, Outcome, Said, TaskResult
from angiogram.evaluate.terms import CONDITIONS, Condition
from angiogram.statistics.interval import Interval

NAN = float("nan")
ATTACK = "</title></svg></style></script><script>document.title='taken'</script><img src=x onerror=alert(1)>"
TRUE, ANSWERED = (0.25, 0.5, 0.75, 1.0), (0.1, 0.2, 0.5, 0.6)


def around(value: float, half: float = 0.05) -> Interval:
    """An interval of this half width."""
    return Interval(value, value - half, value + half)


def thumbnail(width: int = 120, height: int = 80) -> str:
    """A grey PNG, base64."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def metric(name: str, real: float = 0.7, other: float = 0.4, blind: float = 0.3, **changes: Any) -> MetricResult:
    """A metric that is assessed."""
    sound = MetricResult(
        name, "sacrebleu", "2.6.0", f"variant of {name}", "higher", 40, around(real), around(blind), around(other),
        around(real - blind), around(real - other), None,
    )  # fmt: skip
    return replace(sound, **changes)


def missing(name: str, reason: str) -> MetricResult:
    """One that is not."""
    return replace(alone(name), real=None, not_assessed=reason)


def alone(name: str) -> MetricResult:
    """One that is assessed with the own image only."""
    return replace(metric(name), blind=None, other=None, real_minus_blind=None, real_minus_other=None)


def example(number: int, task: Task, **changes: Any) -> EvaluatedExample:
    """An entry with its answers in three conditions; the box is answered where one is asked for."""
    said = tuple(
        Said(each, f"answer {number} {each}", "mention", "parsed", ANSWERED if task == "rec" else None)
        for each in CONDITIONS
    )
    box = TRUE if task in ("rec", "reg") else None
    picture = "" if task == "text_qa" else thumbnail()
    return replace(
        EvaluatedExample(f"{task}-{number}", f"Prompt {number}?", f"Target {number}", box, picture, said, number / 10),
        **changes,
    )


def outcome(condition: Condition) -> Outcome:
    """Fifty questions."""
    return Outcome(condition, 50, 2, 20, 10, 6, 4, 6, 2, 5, 0.75, condition == "blind")


def task(name: Task, *metrics: MetricResult, **changes: Any) -> TaskResult:
    """One task with three examples."""
    asked = tuple(map(outcome, CONDITIONS[:1] if name == "text_qa" else CONDITIONS))
    shown = tuple(example(number, name) for number in range(3))
    return replace(TaskResult(name, 50, 25, 64, asked, metrics, shown, ()), **changes)


def sample_evaluation(**changes: Any) -> Evaluation:
    """Six tasks: used, only against one control, not seen, not known, without an image."""
    error = metric("MAE", 0.2, 0.5, 0.6, better="lower")
    one_group = metric("AUROC", real=0.6, real_minus_other=Interval(0.2, NAN, NAN))
    weights = missing("CheXbert F1", "radeval is not installed; pip install radeval")
    tasks = (
        task("calculation", error, metric("share within 10 %", 0.5, 0.49, 0.3)),
        task("report", weights, metric("BLEU-1", 0.2, 0.19, 0.21)),
        task("rec", metric("mean IoU")),
        task("reg", missing("BLEU-1", "no answer"), unsayable=(Left("r1", f"its target has {ATTACK}"),)),
        task("vqa", metric("closed: accuracy", real=0.9), one_group),
        task("text_qa", alone("closed: accuracy")),
    )
    sound = Evaluation(
        "0.1.0", "demo", "sha256:abc", "float32", "table.parquet", "test", 310, (Left("x1", "the box is turned"),),
        ("Simulated from one CT.",), ("Greedy answers.",), 0, 2000, "grey", tasks, "torch 2.11",
    )  # fmt: skip
    return replace(sound, **changes)
