"""What a leak between the cases that teach and the tested ones does to the verdicts [own].

A tested case is *affected* where it has a duplicate among the cases that teach for it, or where its group does. It
matters, and a present or absent verdict becomes undetermined,

- where the verdict without the affected cases is another one, or cannot be had at all, or
- where more than one tested case in ten is affected: leaked cases can move a loss by as much as their share, which is
  then twice the usual margin, and the cases that are left were not chosen at random.

Otherwise a warning says what the affected cases change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiogram.data.audit.audit import Audit, audit
from angiogram.data.audit.listing import listed, sentences
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.judge.verdicts import verdicts
from angiogram.diagnose.phrases import lost, percent
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.statistics.bootstrap import Reading, resample_groups
from angiogram.diagnose.statistics.exact import exact_accuracy
from angiogram.diagnose.tell.diagnosis import Leakage, Verdict
from angiogram.diagnose.terms import StageKey
from angiogram.errors import InputError
from angiogram.probe.evaluate import evaluated_cases

LARGEST_SHARE = 0.1
MOST_PAIRS = 200
_REMEDY = (
    "List the duplicates with `angiogram data audit CASES --sheet pairs.png`, take them out of one side of the split, "
    "and diagnose again.",
)


def weigh_leakage(
    judged: Sequence[Verdict],
    examined: Examined,
    splits: Splits,
    readings: Mapping[StageKey, Reading],
    settings: Settings,
    null_band: float,
) -> tuple[tuple[Verdict, ...], Leakage]:
    """Audit the cases and downgrade the verdicts that a leak decides.

    Args:
        judged: verdicts over all evaluated cases.
        examined: the cases.
        splits: over them.
        readings: as for `verdicts`, over the evaluated cases in ascending order.
        settings: margin, resamples and seed, as for the verdicts.
        null_band: as for `verdicts`.
    """
    found = audit(examined, splits)
    evaluated = evaluated_cases(splits.pairs, len(examined.cases))
    kept = ~np.isin(evaluated, found.affected)
    rest: dict[StageKey, Reading] = {
        key: reading[kept] if isinstance(reading, np.ndarray) else reading for key, reading in readings.items()
    }
    groups = examined.cases.groups[evaluated][kept]
    without = judged if kept.all() else _judged_again(rest, groups, settings, null_band)
    weighed = downgraded(judged, without, found)
    return weighed, Leakage(
        leaked=len(found.leaks),
        exact=sum(twin.exact for twin in found.leaks),
        divided_groups=len(found.divided),
        affected=len(found.affected),
        share=found.share,
        conflicts=len(found.conflicts),
        within=found.within,
        accuracies=() if kept.all() or not kept.any() else _both(readings, rest),
        downgraded=tuple(new.mode for old, new in zip(judged, weighed, strict=True) if old.state != new.state),
        findings=sentences(found),
        pairs=listed(found, examined.cases)[:MOST_PAIRS],
    )


def downgraded(judged: Sequence[Verdict], without: Sequence[Verdict] | None, found: Audit) -> tuple[Verdict, ...]:
    """The verdicts, undetermined where the affected cases decide them.

    Args:
        judged: over all evaluated cases.
        without: over those that are not affected; None where too few are left to judge.
        found: the audit of the cases.
    """
    others = without or [None] * len(judged)
    return tuple(_downgraded(one, other, found) for one, other in zip(judged, others, strict=True))


def leakage_warnings(leakage: Leakage) -> tuple[str, ...]:
    """One sentence on what the affected cases change, one on pictures with two labels, where there are any."""
    found: list[str] = []
    if leakage.affected:
        moved = max((abs(all_cases - rest) for _, all_cases, rest in leakage.accuracies), default=None)
        change = (
            "too few are left without them to measure again"
            if moved is None
            else f"without them no stage's accuracy moves by more than {max(0.1, 100 * moved):.1f} points"
        )
        verdict = "; for this, verdicts were set to undetermined" if leakage.downgraded else ""
        one = leakage.affected == 1
        who = "1 tested case is" if one else f"{leakage.affected} tested cases are"
        found.append(
            f"{who} not new ({percent(leakage.share)} of them): {'its' if one else 'their'} picture, or others of "
            f"{'its' if one else 'their'} group, also teach the probes; {change}{verdict}."
        )
    if leakage.conflicts:
        pairs = (
            "1 pair of duplicates has" if leakage.conflicts == 1 else f"{leakage.conflicts} pairs of duplicates have"
        )
        found.append(f"{pairs} two labels, of which one at most is right.")
    return tuple(found)


def _judged_again(
    rest: Mapping[StageKey, Reading], groups: NDArray[np.int64], settings: Settings, null_band: float
) -> tuple[Verdict, ...] | None:
    try:
        resamples = resample_groups(groups, settings.seed, settings.resamples)
    except InputError:  # fewer than two groups are left
        return None
    return verdicts(rest, resamples, settings.margin, null_band=null_band)


def _downgraded(one: Verdict, other: Verdict | None, found: Audit) -> Verdict:
    if one.state not in ("present", "absent"):
        return one
    affected = f"{len(found.affected)} of the {found.judged} tested cases"
    if found.share > LARGEST_SHARE:
        reason = (
            f"{affected} ({percent(found.share)}) are also among the cases that teach, themselves or by others of "
            f"their group, where {percent(LARGEST_SHARE)} are allowed"
        )
    elif other is None:
        reason = f"without {affected} that are also among the cases that teach, fewer than two groups are left"
    elif other.state != one.state:
        amount = f"{lost(other.loss)}, and the verdict is {other.state}" if other.loss else "this is not assessed"
        reason = f"without {affected} that are also among the cases that teach, {amount}"
    else:
        return one
    evidence = f"Not {one.state} but undetermined, because of a leak: {reason}."
    return replace(one, state="undetermined", evidence=evidence, cases_needed=None, next_steps=_REMEDY)


def _both(
    readings: Mapping[StageKey, Reading], rest: Mapping[StageKey, Reading]
) -> tuple[tuple[StageKey, float, float], ...]:
    """(stage, accuracy on all, without the affected cases) of every stage that says right or wrong for each case."""
    found: list[tuple[StageKey, float, float]] = []
    for key, reading in readings.items():
        left = rest[key]
        if isinstance(reading, np.ndarray) and isinstance(left, np.ndarray):
            found.append((key, exact_accuracy(reading), exact_accuracy(left)))
    return tuple(found)
