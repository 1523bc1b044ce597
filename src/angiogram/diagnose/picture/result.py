"""What the pictures of evidence are drawn from, as plain frozen data."""

from dataclasses import dataclass

from angiogram.diagnose.terms import StageKey


@dataclass(frozen=True)
class EvidenceMap:
    """Where in the image of an example case a probe's score for the true class comes from.

    Attributes:
        case: id of the example.
        stage: V the encoder's end, C the connector's output, I a late LLM block, chosen on the training cases.
        tap: where the tokens were read.
        label: the true class, whose score this is.
        score: of that class.
        even: the score that says nothing, which is the class's share among the cases that taught the probe.
        raster: votes in equal cells of the image, the top row first; their plain mean is the score. Of a volume as many
            squares of cells side by side as slices are shown, each of an equal part of the slices.
    """

    case: str
    stage: StageKey
    tap: str
    label: str
    score: float
    even: float
    raster: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class FeatureMap:
    """How the evaluated cases lie to each other at one tap.

    Attributes:
        stage: V the encoder's end, C the connector's output, U the last token.
        tap: where the features were read.
        silhouette: mean over the cases drawn, from -1 to 1, in the standardised features; null where undefined.
        by_class: the same of each class, null for a class without a case or where undefined.
        points: place of each case in a plane (t-SNE).
        labels: class index of each case.
    """

    stage: StageKey
    tap: str
    silhouette: float | None
    by_class: tuple[float | None, ...]
    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
