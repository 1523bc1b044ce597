"""What the causal tests found, as the report shows it."""

from dataclasses import dataclass
from typing import Literal

from angiogram.diagnose.terms import Interval

CutRows = Literal["last", "later"]  # those of `tap.attention`, without importing torch


@dataclass(frozen=True)
class Window:
    """Attention to the image cut in the LLM blocks `first` to `last`.

    Attributes:
        rows: whose attention was cut: the last token's and the answer's, or every later token's.
        accuracy: of the constrained answer S under the cut.
        drop: accuracy without the cut minus that under it, paired.
        moved: how much of the probability over the class names moves elsewhere, mean over the cases, 0 to 1.
        used: whether the drop is seen: its interval lies above 0, also when widened for the number of windows.
    """

    first: int
    last: int
    rows: CutRows
    accuracy: Interval
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
    """

    place: str
    block: int | None
    followed: Interval
    stayed: Interval


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
        findings: where the class is used and where it is ignored, one sentence each.
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
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    passes: int
