"""Remedies that need nothing but what the store holds: whatever they choose, they choose on the training side."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import calibrated
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.passes import content_free
from angiogram.diagnose.collect.plan import LIKELIHOODS, Plan
from angiogram.diagnose.read.answers import CHOSEN, RAW, ways_to_read
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.read.flow import best_tap
from angiogram.diagnose.repair.remedies.judged import Judge
from angiogram.diagnose.repair.remedies.tried import Tried

NOTHING = "no further pass"
WORDS, LIKELIHOOD = "the answer in words (G)", "the answer by likelihood (S)"
Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


def free_remedies(planned: Plan, material: Material, found: Assessed, judge: Judge) -> tuple[Tried, ...]:
    """A read-out, the answer limited to the class names or calibrated, and the options' order if rotated."""
    raw = np.asarray(material.store.read(LIKELIHOODS))  # [N, orders, K]
    orders = _orders(raw, material, found, judge) if raw.shape[1] > 1 else ()
    names = judge(
        "limit to the class names",
        ("mapping",),
        f"The class name with the largest likelihood ({CHOSEN}) was taken for the answer, in place of the words.",
        before=found.answering.generated == found.truth,
        after=found.answering.constrained == found.truth,
        compared=WORDS,
        cost=NOTHING,
    )
    labels = _calibration(planned, raw, material, found, judge)
    return (
        _encoder_block(planned, material, found, judge),
        _read_out(planned, material, found, judge),
        names,
        labels,
        *orders,
    )


def _read_out(planned: Plan, material: Material, found: Assessed, judge: Judge) -> Tried:
    taps = [tap.name for tap in planned.taps if tap.part != "pixels" and tap.on_path]
    chosen, predicted = best_tap(taps, found.flow.mean, material.splits.pairs, found.evaluated)
    return judge(
        "read-out",
        ("connector", "comprehension", "mapping"),
        f"A {found.flow.probe} probe read the class at the tap that reads best on the training side "
        f"({_listed(chosen)}).",
        before=found.answering.generated == found.truth,
        after=predicted == found.truth,
        compared=WORDS,
        cost=NOTHING,
    )


def _encoder_block(planned: Plan, material: Material, found: Assessed, judge: Judge) -> Tried:
    """A hint only: the classes may be easier to read for a probe there than for a connector."""
    taps = [tap.name for tap in planned.taps if tap.part == "encoder"]
    chosen, predicted = best_tap(taps, found.flow.mean, material.splits.pairs, found.evaluated)
    return judge(
        "another encoder block",
        ("vision",),
        f"A hint, for a probe and not for the answer: the encoder was read at the layer that reads best on the "
        f"training side ({_listed(chosen)}).",
        before=found.flow.mean["encoder.out"].predicted == found.truth,
        after=predicted == found.truth,
        compared="the probe at the encoder's end (V)",
        cost=NOTHING,
    )


def _calibration(planned: Plan, raw: NDArray[np.floating], material: Material, found: Assessed, judge: Judge) -> Tried:
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    cases, lengths, summed = material.examined.cases, planned.tree.lengths.numpy(), raw.mean(axis=1)
    blank = content_free(planned, planned.tree, cases.read(cases.rows[0])).mean(axis=0)

    def ways(folds: Folds) -> dict[str, NDArray[np.floating]]:
        return ways_to_read(summed, blank, lengths, folds)

    chosen, predicted = best_way(ways, cases.labels, material.splits.pairs, found.evaluated)
    return judge(
        "calibrated labels",
        ("mapping",),
        f"The likelihoods were read in the way that is right most often on the training side ({_listed(chosen)}).",
        before=found.answering.readings[RAW] == found.truth,
        after=predicted == found.truth,
        compared=f"the likelihoods as they are ({RAW})",
        cost=NOTHING,
    )


def _orders(raw: NDArray[np.floating], material: Material, found: Assessed, judge: Judge) -> tuple[Tried, ...]:
    """All orders averaged, and the best one, each against the first alone."""

    def alone(folds: Folds) -> dict[str, NDArray[np.floating]]:
        return {f"order {turn + 1}": calibrated(raw[:, turn], folds) for turn in range(raw.shape[1])}

    chosen, predicted = best_way(alone, material.examined.cases.labels, material.splits.pairs, found.evaluated)
    before = found.answering.by_order[:, 0] == found.truth
    compared = f"{LIKELIHOOD} with the options in their first order"
    return (
        judge(
            "several option orders",
            ("mapping",),
            f"The log-likelihoods were averaged over {raw.shape[1]} orders of the options.",
            before=before,
            after=found.answering.constrained == found.truth,
            compared=compared,
            cost=f"{raw.shape[1]} passes for every answer",
        ),
        judge(
            "another option order",
            ("mapping",),
            f"The options stood in the order that is right most often on the training side ({_listed(chosen)}).",
            before=before,
            after=predicted == found.truth,
            compared=compared,
            cost=NOTHING,
        ),
    )


def best_way(
    ways: Callable[[Folds], Mapping[str, NDArray[np.floating]]],
    labels: NDArray[np.int64],
    folds: Folds,
    evaluated: NDArray[np.int64],
) -> tuple[list[str], NDArray[np.int64]]:
    """The way that is right most often on each fold's training side, and what it names on the test side.

    Args:
        ways: from folds to the scores `[N, K]` of every way; the rows that a fold tests are those to be read.
        labels: `[N]`.
        folds: pairs of training and test rows.
        evaluated: rows that some fold tests, ascending, `[n]`.

    Returns:
        (the way chosen in each fold, of equals the first; the predictions of the evaluated cases `[n]`).
    """
    predicted, chosen = np.empty(len(evaluated), np.int64), list[str]()
    judged = ways(folds)
    for train, test in folds:
        taught = {
            name: scores[train].argmax(axis=1) == labels[train] for name, scores in ways([(train, train)]).items()
        }
        best = max(taught, key=lambda name: taught[name].mean())
        rows = np.isin(evaluated, test)
        predicted[rows] = judged[best][evaluated[rows]].argmax(axis=1)
        chosen.append(best)
    return chosen, predicted


def _listed(names: Sequence[str]) -> str:
    """Each name once, the most frequent first, with its number of folds where they differ."""
    times = sorted({name: names.count(name) for name in names}.items(), key=lambda item: -item[1])
    if len(times) == 1:
        return times[0][0]
    return ", ".join(f"{name} in {count} {'fold' if count == 1 else 'folds'}" for name, count in times)
