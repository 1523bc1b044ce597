"""What stands on both sides of the split, and what the stages read without it [own].

A tested case is *affected* where it has a duplicate among the cases that teach for it, or where its group does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from angiogram.data.audit.audit import audit
from angiogram.data.audit.listing import listed, sentences
from angiogram.data.audit.pair import ListedPair
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.phrases import percent
from angiogram.diagnose.statistics.bootstrap import Reading
from angiogram.diagnose.statistics.exact import exact_accuracy
from angiogram.diagnose.terms import StageKey
from angiogram.probe.evaluate import evaluated_cases

MOST_PAIRS = 200


@dataclass(frozen=True)
class Leakage:
    """What stands on both sides of the split, what is labelled twice, and what that changes.

    Attributes:
        leaked: tested cases with a duplicate among the cases that teach for them.
        exact: how many of these have one with equal pixels.
        divided_groups: groups that both teach and are tested.
        affected: tested cases that are leaked or of a divided group.
        share: share of the tested cases that is affected.
        conflicts: pairs of duplicates with two labels, on whichever side.
        within: cases with a duplicate on their own side only.
        accuracies: (stage, accuracy on all tested cases, without the affected ones); empty where none is affected or
            none is left.
        findings: the same in words, one sentence each.
        pairs: the pairs, leaks first, worst first; at most 200.
    """

    leaked: int
    exact: int
    divided_groups: int
    affected: int
    share: float
    conflicts: int
    within: int
    accuracies: tuple[tuple[StageKey, float, float], ...]
    findings: tuple[str, ...]
    pairs: tuple[ListedPair, ...]


def leakage_of(examined: Examined, splits: Splits, readings: Mapping[StageKey, Reading]) -> Leakage:
    """Audit the cases; `readings` are over the evaluated cases in ascending order."""
    found = audit(examined, splits)
    kept = ~np.isin(evaluated_cases(splits.pairs, len(examined.cases)), found.affected)
    arrays = {key: reading for key, reading in readings.items() if isinstance(reading, np.ndarray)}
    both = tuple((key, exact_accuracy(right), exact_accuracy(right[kept])) for key, right in arrays.items())
    return Leakage(
        leaked=len(found.leaks),
        exact=sum(twin.exact for twin in found.leaks),
        divided_groups=len(found.divided),
        affected=len(found.affected),
        share=found.share,
        conflicts=len(found.conflicts),
        within=found.within,
        accuracies=() if kept.all() or not kept.any() else both,
        findings=sentences(found),
        pairs=listed(found, examined.cases)[:MOST_PAIRS],
    )


def leakage_warnings(leakage: Leakage) -> tuple[str, ...]:
    """One sentence on what the affected cases change, one on pictures with two labels, where there are any."""
    found: list[str] = []
    if leakage.affected:
        moved = max((abs(all_cases - rest) for _, all_cases, rest in leakage.accuracies), default=0.0)
        found.append(
            f"{leakage.affected} tested cases are not new ({percent(leakage.share)} of them); without them no stage's "
            f"accuracy moves by more than {max(0.1, 100 * moved):.1f} points."
        )
    if leakage.conflicts:
        found.append(f"{leakage.conflicts} pairs of duplicates have two labels, of which one at most is right.")
    return tuple(found)
