"""The figures of one part of the kinds, from what the suite found in every subject.

A run is right where one of the faults that are named is among the honest names of what was planted; its credit is the
share of the named ones that are. What an answer that looks at nothing would get stands beside them (`constant`).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations, islice
from typing import Any, get_args

from angiogram.diagnose.terms import Fault, Mode
from angiogram.lesion.lesion import Half, lesions_of
from angiogram.lesion.matrix import Matrix, confusion, fell
from angiogram.lesion.outcome import Outcome, names_right
from angiogram.lesion.suite import Suite
from angiogram.lesion.summary import raises_alarm, summary
from lesion_found import Found

# Kinds whose exact inverse is one of the repairs: what the ladder says of them, it says by construction.
INVERTED = frozenset({"inverted-grey", "head-permuted"})
PARTS: dict[Mode, Fault] = {
    "vision": "vision", "connector": "connector", "comprehension": "language model", "mapping": "words",
}  # fmt: skip


def of_half(half: Half, found: Mapping[str, Found]) -> dict[str, Any]:
    """What the result file holds of one part, from what was found in each subject."""
    suites = {name: each.suite for name, each in found.items()}
    told = summary(list(suites.values()))
    return {
        "commit": ", ".join(sorted({each.commit for each in found.values()})),
        "code": ", ".join(sorted({each.code for each in found.values()})),
        "ladders": {name: each.ladder for name, each in found.items()},
        "strengths": {name: each.strengths for name, each in found.items()},
        "kinds": len(lesions_of(half)),
        "right": told.verdict.right,
        "right_as_printed": as_printed(suites),
        "right_without_inverses": without_inverses(suites),
        "compared": told.change.right,
        "verdict": asdict(told.verdict),
        "by_losses": asdict(by_losses(suites)),
        "credit": credits(suites, lambda one: one.diagnosed),
        "compared_credit": credits(suites, lambda one: one.changed),
        "constant": by_constant(suites),
        "change": asdict(told.change),
        "weak": asdict(told.weak),
        "subjects": {name: summary([suite]).verdict.right for name, suite in suites.items()},
        "single": _single(suites),
        "rungs": _rungs(suites),
        "harmless": told.harmless,
        "harmless_changes": sum(len(suite.harmless) for suite in suites.values()),
        "as_it_is": {name: suite.healthy.printed for name, suite in suites.items()},
        "alarms": {name: _alarms(suite) for name, suite in suites.items()},
        "false_alarms": told.false_alarms,
        "draws": told.draws,
        "runs": told.runs,
        "wrong": {name: [asdict(one) for one in suite.outcomes if _wrong(one)] for name, suite in suites.items()},
        "missing": {name: kinds for name, suite in suites.items() if (kinds := _missing(half, suite))},
        "left_out": {name: suite.left_out for name, suite in suites.items()},
        "seconds": sum(each.seconds for each in found.values()),
    }


def as_printed(suites: dict[str, Suite]) -> float | None:
    """The same where what the page names counts, though some of it may be named without the fault, too."""
    strong = [one for suite in suites.values() for one in suite.outcomes if fell(one)]
    return confusion(strong, lambda one: one.printed).right


def without_inverses(suites: dict[str, Suite]) -> float | None:
    """The same without the kinds whose exact inverse is one of the repairs."""
    strong = [one for suite in suites.values() for one in suite.outcomes if fell(one) and one.lesion not in INVERTED]
    return confusion(strong, lambda one: one.diagnosed).right


def by_losses(suites: dict[str, Suite]) -> Matrix:
    """What the losses between the stages alone would have named: the part behind the first new one that is present."""
    named: dict[int, tuple[Fault, ...]] = {}
    strong = [(suite, one) for suite in suites.values() for one in suite.outcomes if fell(one)]
    for suite, one in strong:
        known = {mode for mode, state in suite.healthy.states.items() if state == "present"}
        new = (PARTS[mode] for mode in PARTS if one.states.get(mode) == "present" and mode not in known)
        named[id(one)] = tuple(islice(new, 1))
    return confusion([one for _, one in strong], lambda one: named[id(one)])


def credits(suites: dict[str, Suite], named: Callable[[Outcome], Sequence[Fault]]) -> float:
    """The mean credit of the runs in which the answer fell."""
    return _mean([credit(named(one), one.planted) for suite in suites.values() for one in suite.outcomes if fell(one)])


def credit(named: Sequence[Fault], planted: Sequence[Fault]) -> float:
    """The share of what is named that is an honest name of what was planted: naming more costs."""
    return len(set(named) & set(planted)) / len(set(named)) if named else 0.0


def by_constant(suites: dict[str, Suite]) -> dict[str, dict[str, float]]:
    """What an answer that looks at nothing would get: the fault, or the two, that would be right most often.

    A kind may have several honest truths, and a diagnosis may name two faults: two that are always named are right
    wherever one of them is among the truths. Only what lies above this says that the diagnosis has seen something.
    """
    truths = [one.planted for suite in suites.values() for one in suite.outcomes if fell(one)]
    pairs = [named for count in (1, 2) for named in combinations(sorted(get_args(Fault)), count)]
    measures = {
        "right": {named: _mean([bool(set(named) & set(truth)) for truth in truths]) for named in pairs},
        "credit": {named: _mean([credit(named, truth) for truth in truths]) for named in pairs},
    }
    best = {name: max(shares, key=shares.__getitem__) for name, shares in measures.items()}
    return {name: {" or ".join(named): measures[name][named]} for name, named in best.items()}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _missing(half: Half, suite: Suite) -> list[str]:
    """Kinds that were not planted yet; those that have no place in a model have their reason."""
    there = {one.lesion for one in suite.outcomes}
    there |= {name for name in lesions_of(half) if any(why.startswith(f"{name}-") for why in suite.left_out)}
    return [name for name in lesions_of(half) if name not in there]


def _rungs(suites: Mapping[str, Suite]) -> dict[str, dict[str, int]]:
    """What each repair did in the runs in which the answer fell: which of them the figures rest on."""
    did: dict[str, Counter[str]] = {}
    for one in (one for suite in suites.values() for one in suite.outcomes if fell(one)):
        for place, outcome in one.rungs.items():
            did.setdefault(place, Counter())[outcome] += 1
    return {place: dict(counts.most_common()) for place, counts in did.items()}


def _wrong(outcome: Outcome) -> bool:
    return fell(outcome) and not names_right(outcome.diagnosed, outcome.planted)


def _alarms(suite: Suite) -> dict[str, tuple[Fault, ...]]:
    """The harmless changes after which something is named that is not named without them, and what."""
    return {one.lesion: one.printed for one in suite.harmless if raises_alarm(one, suite.healthy)}


def _single(suites: dict[str, Suite]) -> float | None:
    """Of the lesions that were named right, the share for which one fault alone was named."""
    strong = [one for suite in suites.values() for one in suite.outcomes if fell(one) and not _wrong(one)]
    return sum(len(one.diagnosed) == 1 for one in strong) / len(strong) if strong else None
