"""What a diagnosis measures: accuracies along the flow, the losses between them, scores of the parts."""

from dataclasses import dataclass

from angiogram.diagnose.terms import Mode, Part, StageKey, Stream
from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class CurvePoint:
    """What a probe reads at one tap.

    Attributes:
        depth: position in the flow, 0 for `pixels`; `@image` and `@last` of one block share a depth.
        skill: (accuracy - c) / (1 - c) with c the majority-class accuracy.
        auroc: macro average of one class against the rest.
        calibration_error: expected calibration error, 15 bins.
        strength: median over the folds of what the probe shrinks by; NaN for a probe without a strength.
        twin: accuracy at the same tap of the same architecture with random weights.
        grid: accuracy with the 2x2 grid pooling in place of the mean, None where a tap has none.
        projected: accuracy behind a fixed random projection to one width, so that wide taps have no advantage.
        compression: uniform code length of the labels over their online code length; about 1 where features tell
            nothing, None where the cases are too few to tell.
    """

    tap: str
    part: Part
    stream: Stream
    depth: int
    width: int
    on_path: bool
    accuracy: Interval
    balanced_accuracy: Interval
    auroc: Interval
    macro_f1: Interval
    calibration_error: Interval
    skill: Interval
    strength: float
    twin: float
    grid: float | None
    projected: float
    compression: float | None


@dataclass(frozen=True)
class LensPoint:
    """What the model's own head reads behind one LLM block: the logit lens over the class names, calibrated as S.

    Attributes:
        block: number of the LLM block.
        tap: the last token's tap there.
        depth: that of the tap.
        accuracy: of the class with the largest calibrated likelihood among the class names.
        agreement: share of the cases in which that class is the one that the answer S names, right or wrong.
    """

    block: int
    tap: str
    depth: int
    accuracy: Interval
    agreement: Interval


@dataclass(frozen=True)
class Stage:
    """One point of the accounting R, V, C, I, U, S, G; `accuracy` is None where it was not measured."""

    key: StageKey
    title: str
    tap: str | None
    accuracy: Interval | None
    note: str


@dataclass(frozen=True)
class LossStep:
    """The accuracy lost between two stages; negative is a gain. All steps add up to first - last exactly."""

    start: StageKey
    end: StageKey
    mode: Mode
    title: str
    loss: Interval


@dataclass(frozen=True)
class HealthScore:
    """The published feature health score of one module, and beside it the controlled profile.

    Attributes:
        start, minimum, end: probe accuracies.
        score: with the published lambda.
        sensitivity: (lambda, score) for other lambdas.
        start_skill, end_skill: corrected for chance.
        retention: skill at the end over skill at the start.
    """

    module: str
    start_tap: str
    end_tap: str
    start: float
    minimum: float
    end: float
    growth: float
    volatility_penalty: float
    score: float
    sensitivity: tuple[tuple[float, float], ...]
    start_skill: Interval
    end_skill: Interval
    retention: Interval


@dataclass(frozen=True)
class Utilisation:
    """How much of what the language model is given its answer uses: (S - floor) / (P - floor).

    Attributes:
        tap: where P and the floor are read.
        answer: accuracy of the answer by likelihood, S.
        probe: accuracy of the probe there, P.
        floor: accuracy of a probe at the same tap of the same architecture with random weights.
        share: the ratio, its interval paired; not a number where P is not seen to exceed the floor.
        says: the same in one sentence.
    """

    tap: str
    answer: Interval
    probe: Interval
    floor: Interval
    share: Interval
    says: str


@dataclass(frozen=True)
class Confusion:
    """Counts `[K][K]`, row = true class, column = what was read or said; the extra last column is 'unparsed'."""

    stage: StageKey
    title: str
    counts: tuple[tuple[int, ...], ...]
