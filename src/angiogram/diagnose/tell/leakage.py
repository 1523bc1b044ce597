"""The leakage audit as the report shows it [own].

A tested case that also teaches - its picture, exactly or nearly, or others of its group - is not judged: every verdict
is made from the clean cases, and is undetermined only where these do not decide it. The page shows the accuracy of each
stage on all tested cases beside that on the clean ones. Folds that were cut here divide no group and no pair of
duplicates, so that all of their cases are clean.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from angiogram.data.audit.audit import Audit
from angiogram.data.audit.listing import listed, sentences
from angiogram.data.audit.pair import ListedPair
from angiogram.data.cases import Cases
from angiogram.data.grouping import Grouping
from angiogram.diagnose.phrases import percent
from angiogram.diagnose.terms import StageKey
from angiogram.statistics.bootstrap import Reading
from angiogram.statistics.exact import exact_accuracy

MOST_PAIRS = 200


@dataclass(frozen=True)
class Leakage:
    """What stands on both sides of the split, what is labelled twice, and what was joined to one group.

    Attributes:
        leaked: tested cases with a duplicate among the cases that teach for them.
        exact: how many of these have one with equal pixels.
        divided_groups: groups that both teach and are tested.
        affected: tested cases that are leaked, of a divided group or joined to such; they are not judged.
        share: share of the tested cases that is affected.
        conflicts: pairs of duplicates with two labels, on whichever side.
        within: cases with a duplicate on their own side only.
        grouping: how many groups the cases make, before and after duplicates are one group.
        accuracies: (stage, accuracy on all tested cases, on the clean ones); empty where none is affected.
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
    grouping: Grouping
    accuracies: tuple[tuple[StageKey, float, float], ...]
    findings: tuple[str, ...]
    pairs: tuple[ListedPair, ...]


def leakage(
    found: Audit,
    cases: Cases,
    clean: Mapping[StageKey, Reading],
    leaked: Mapping[StageKey, Reading],
    reason: str = "",
) -> Leakage:
    """What stands on both sides, in numbers and words.

    Args:
        found: the audit of the cases with all that are tested.
        cases: the readable ones.
        clean: which of the clean tested cases each stage has right.
        leaked: the same of the tested cases that also teach; empty where there are none.
        reason: why near-duplicates are taken more strictly than elsewhere, one sentence; empty where they are not.
    """
    return Leakage(
        leaked=len(found.leaks),
        exact=sum(twin.exact for twin in found.leaks),
        divided_groups=len(found.divided),
        affected=len(found.affected),
        share=found.share,
        conflicts=len(found.conflicts),
        within=found.within,
        grouping=found.grouping,
        accuracies=_both(clean, leaked),
        findings=(*sentences(found), *([reason] if reason else [])),
        pairs=listed(found, cases)[:MOST_PAIRS],
    )


def leakage_warnings(found: Leakage, reason: str = "") -> tuple[str, ...]:
    """One sentence each on cases that are not judged, pictures with two labels and chains, where there are any."""
    warned: list[str] = []
    if found.affected:
        moved = max((abs(everyone - clean) for _, everyone, clean in found.accuracies), default=0.0)
        one = found.affected == 1
        who = "1 tested case is" if one else f"{found.affected} tested cases are"
        warned.append(
            f"{who} not judged ({percent(found.share)} of them): {'its' if one else 'their'} picture, or others of "
            f"{'its' if one else 'their'} group, also teach the probes; with {'it' if one else 'them'} a stage's "
            f"accuracy would differ by up to {max(0.1, 100 * moved):.1f} points."
        )
    if found.conflicts:
        pairs = "1 pair of duplicates has" if found.conflicts == 1 else f"{found.conflicts} pairs of duplicates have"
        warned.append(f"{pairs} two labels, of which one at most is right.")
    return (*warned, *([reason] if reason else []))


def _both(
    clean: Mapping[StageKey, Reading], leaked: Mapping[StageKey, Reading]
) -> tuple[tuple[StageKey, float, float], ...]:
    """(stage, accuracy on all, on the clean cases) of every stage that says right or wrong for each case."""
    found: list[tuple[StageKey, float, float]] = []
    for key, reading in clean.items():
        other = leaked.get(key)
        if isinstance(reading, np.ndarray) and isinstance(other, np.ndarray):
            found.append((key, exact_accuracy(np.concatenate([reading, other])), exact_accuracy(reading)))
    return tuple(found)
