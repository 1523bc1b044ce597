"""What the causal tests found, as the report shows it."""

from dataclasses import dataclass
from typing import Literal

from angiogram.statistics.interval import Interval

CutRows = Literal["last", "later"]  # those of `tap.attention`, without importing torch


@dataclass(frozen=True)
class Window:
    """Attention to the image cut in some LLM blocks. What is cut is what these blocks read: the output of those before.

    Attributes:
        blocks: in which it was cut, ascending; not always neighbours.
        rows: whose attention was cut: the last token's and the answer's, or every later token's.
        accuracy: of the constrained answer S under the cut.
        changed: share of the cases whose answer is another than without the cut. Its interval is widened so that those
            of all cuts hold together with 95 % (Bonferroni).
        drop: what the cut costs: accuracy without it minus that under it, paired; its interval is widened likewise.
        moved: how much of the probability over the class names moves elsewhere, mean over the cases, 0 to 1.
        used: whether it is seen that answers change, also when the shift that all cases share is taken out.
    """

    blocks: tuple[int, ...]
    rows: CutRows
    accuracy: Interval
    changed: Interval
    drop: Interval
    moved: float
    used: bool


@dataclass(frozen=True)
class Interchange:
    """The image exchanged between two cases at one place.

    Attributes:
        place: "connector.out", or "llm.block.3" for its image tokens at that block's output.
        block: the LLM block's number; None for the connector.
        followed: share of the cases whose answer becomes that of the case whose image they got.
        stayed: share of the cases whose answer stays.
        past_half: `followed` minus half of what it is at the first place, paired. Its interval is widened so that those
            of all places hold together with 95 % (Bonferroni).
        used: whether what stands there is seen to be read behind it: more answers become the partner's than when the
            image is that of a case with the same answer, also when the interval is widened for the number of places.
    """

    place: str
    block: int | None
    followed: Interval
    stayed: Interval
    past_half: Interval
    used: bool


@dataclass(frozen=True)
class ByClass:
    """Other cases' images put in at the connector's output, those of the same class beside those of another.

    Attributes:
        cases: that got one of each.
        same: share of them whose answer changes with an image of their own class, of another group.
        other: share of them whose answer changes with an image of another class.
        difference: `other` minus `same`, paired.
    """

    cases: int
    same: Interval
    other: Interval
    difference: Interval


@dataclass(frozen=True)
class Causes:
    """The causal tests of a model.

    Attributes:
        cases, groups: what they were made on.
        blocks: number of LLM blocks.
        accuracy: of the constrained answer on these cases, nothing cut, asked with the options in their own order.
        majority: accuracy of always naming the most frequent class of these cases.
        windows: sliding windows, first those with rows "last"; without a window of all blocks.
        whole: all blocks at once, one with rows "last" and one with rows "later".
        pairs: number of pairs of cases whose images were exchanged.
        interchange: from the connector to the last block; empty where it was not made.
        by_class: exchanges within and between classes; None where they were not made.
        findings: where the image is read and used and where it is ignored, one sentence each.
        notes: what was not tested and why, one sentence each.
        passes: forward passes of one case that all of this took.
    """

    cases: int
    groups: int
    blocks: int
    accuracy: Interval
    majority: float
    windows: tuple[Window, ...]
    whole: tuple[Window, ...]
    pairs: int
    interchange: tuple[Interchange, ...]
    by_class: ByClass | None
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    passes: int
