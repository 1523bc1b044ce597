"""The result of an evaluation: everything that evaluate.json holds."""

from dataclasses import dataclass

from angiogram.data.annotations.tasks import Task
from angiogram.evaluate.metrics.metric import Better
from angiogram.evaluate.read.reading import Box, Status
from angiogram.evaluate.terms import Blind, Condition
from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class Outcome:
    """What became of the questions of one task in one condition.

    Attributes:
        condition: real (the entry's own image), blind (none) or other (another group's image).
        asked: questions.
        failed: of these, those that the model could not be asked: they are judged in no way.
        exact, mention, text, unparsed, refused, empty: how the others were read; the last three are wrong.
        cut_off: answers that reached the longest length.
        parse_rate: share of the answers that could be read.
        grey: whether the model was shown an even grey instead of no image.
    """

    condition: Condition
    asked: int
    failed: int
    exact: int
    mention: int
    text: int
    unparsed: int
    refused: int
    empty: int
    cut_off: int
    parse_rate: float
    grey: bool


@dataclass(frozen=True)
class MetricResult:
    """One metric in the three conditions, with 95 % intervals by a bootstrap over groups.

    An interval whose ends are null could not be had: all cases are of one group.

    Attributes:
        name: of the metric.
        library: which computed it.
        version: of the library.
        variant: all that another implementation might do otherwise.
        better: whether higher or lower is better.
        cases: answers to the real image that it is over.
        real, blind, other: the metric in each condition; null where that was not asked.
        real_minus_blind: the paired difference over the answers of both; an interval above 0 (of a metric that is
            better higher) says that the image was used.
        real_minus_other: likewise, of the entry's own image and another group's.
        not_assessed: why there is no number, and what to install where something is missing; null where there is one.
    """

    name: str
    library: str
    version: str
    variant: str
    better: Better
    cases: int
    real: Interval | None
    blind: Interval | None
    other: Interval | None
    real_minus_blind: Interval | None
    real_minus_other: Interval | None
    not_assessed: str | None


@dataclass(frozen=True)
class Said:
    """An answer in one condition.

    Attributes:
        condition: what the model was shown.
        text: its words.
        status: how they were read.
        parsed: what was read, in words; null where nothing could be.
        box: the box that was read, left, top, right, bottom as shares of width and height.
    """

    condition: Condition
    text: str
    status: Status
    parsed: str | None
    box: Box | None


@dataclass(frozen=True)
class EvaluatedExample:
    """An entry with its picture and what the model said.

    Attributes:
        id: of the entry.
        prompt: the question as it was asked, without the model's own chat format.
        target: the right answer in words.
        box: the true box, or the one that is asked about; null where there is none.
        thumbnail: PNG, base64; empty where there is no picture or it is not shown.
        said: the answer in each condition.
        score: of the answer to the real image by the task's first metric that scores every answer and is better when
            higher; null for none.
    """

    id: str
    prompt: str
    target: str
    box: Box | None
    thumbnail: str
    said: tuple[Said, ...]
    score: float | None


@dataclass(frozen=True)
class Left:
    """An entry that takes no part, or a target that could not be said, with the reason.

    Attributes:
        id: of the entry.
        reason: a sentence without its full stop.
    """

    id: str
    reason: str


@dataclass(frozen=True)
class TaskResult:
    """One task.

    Attributes:
        task: its name.
        entries: that were asked about.
        groups: (patients) of these.
        longest_answer: tokens after which an answer was cut off.
        outcomes: of each condition.
        metrics: in the order of the task.
        examples: some entries, spread over the scores.
        unsayable: targets that no answer could repeat word for word; they are judged all the same.
    """

    task: Task
    entries: int
    groups: int
    longest_answer: int
    outcomes: tuple[Outcome, ...]
    metrics: tuple[MetricResult, ...]
    examples: tuple[EvaluatedExample, ...]
    unsayable: tuple[Left, ...]


@dataclass(frozen=True)
class Evaluation:
    """The result of one evaluation.

    Attributes:
        angiogram_version: that made it.
        model: name.
        revision: digest of the model's files.
        precision: of its weights.
        table: name of the annotation table.
        split: the part of it that was asked about; null for all of it.
        given: entries of that part.
        set_aside: those that broke a rule of the table or could not be judged or asked, with the reason.
        statements: what must be known about the data.
        notes: what must be known about how they were asked.
        seed: of the exchange of images and of the resamples.
        resamples: bootstrap resamples of the groups.
        blind: how the model was asked without an image: by text alone, or with an even grey picture.
        tasks: one each.
        versions: of the libraries that ran the model.
    """

    angiogram_version: str
    model: str
    revision: str
    precision: str
    table: str
    split: str | None
    given: int
    set_aside: tuple[Left, ...]
    statements: tuple[str, ...]
    notes: tuple[str, ...]
    seed: int
    resamples: int
    blind: Blind
    tasks: tuple[TaskResult, ...]
    versions: str
