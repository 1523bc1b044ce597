"""Are the statistics honest? Simulations in which the truth is known.

1. Intervals: how often the nominal 95 % interval of every score holds the truth; beside it the plain percentile
   interval of the accuracy. Cases have each a class, or each patient has one, with six or more patients of each class
   on average. With three, as in 15 x 32 cases, many a set has one patient of a class or none, from whom nobody can tell
   how its patients vary, and the goal does not ask for it.
2. The null band: how often the best tap of a model that sees nothing passes it, its cases each for itself or patients
   whose cases are alike, of one class or mostly of one.
3. Stage I: what the "best" layer of such a model reads, chosen inside the training folds as Angiogram does and, for
   comparison, on the judged cases themselves: it must read what the mean layer reads, neither more nor less.
4. Verdicts: how often a loss of exactly the margin is called present, or absent.

Writes results/coverage.json. `--quick` tries the script and writes nothing.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from angiogram.diagnose.account.health import retention
from angiogram.diagnose.decision import decide, holm
from angiogram.diagnose.read.flow import best_image_layer
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.permutation import null_band, permuted_labels
from angiogram.probe.resampled import (
    summed_balanced_accuracy,
    summed_calibration_error,
    summed_macro_auroc,
    summed_macro_f1,
)
from angiogram.probe.scores import (
    balanced_accuracy,
    expected_calibration_error,
    macro_auroc,
    macro_f1,
)
from angiogram.statistics.bootstrap import Estimate, Resamples, resample_groups
from angiogram.statistics.interval import Interval
from angiogram.tap.taps import Tap
from record import record
from workers import workers
from worlds import Blind, Drawn, World

UNEVEN, FOUR, EVEN = (0.5, 0.3, 0.2), (0.25,) * 4, (0.125,) * 8
WORLDS = (
    World(15, 32, UNEVEN, 0.05),
    World(40, 12, UNEVEN, 0.1),
    World(60, 8, EVEN, 0.1),
    World(120, 4, UNEVEN, 0.2),
    World(150, 1, UNEVEN, 0.0),
    World(480, 1, EVEN, 0.0),
    World(600, 1, UNEVEN, 0.0),
    World(30, 16, UNEVEN, 0.1, one_class=True),
    World(40, 12, UNEVEN, 0.1, one_class=True),
    World(60, 8, EVEN, 0.1, one_class=True),
    World(120, 4, EVEN, 0.2, one_class=True),
)
BLIND = (
    Blind(UNEVEN),
    Blind(FOUR),
    Blind(FOUR, patients=500),
    Blind(FOUR, patients=40, size=4),
    Blind(UNEVEN, patients=60, size=4, alike=0.5),
    Blind(FOUR, patients=30, size=8, alike=0.8, pure=0.7),
)
CHANCE = 0.5  # that skill is corrected by; any fixed number does
LOW, HIGH = 0.93, 0.97
LEVEL = 0.05
FAVOUR = 0.01
GOAL = (
    f"coverage of every score's nominal 95 % interval from {LOW:.0%} to {HIGH:.0%}; null band passed by at most "
    f"{LEVEL:.0%}, up to two standard errors of the simulation; stage I of a model that sees nothing "
    f"within {100 * FAVOUR:g} point of its mean layer"
)
PLAIN = "accuracy, plain percentile"


def hits(drawn: Drawn, first: bool = True) -> Any:
    """Which cases a probe has right, `[n]`."""
    return (drawn.first if first else drawn.second).argmax(axis=1) == drawn.labels


def truth(world: World, cases: int) -> dict[str, float]:
    """Every score on a set so large that it is the population."""
    drawn = world.draw(np.random.default_rng(99), cases // world.size)
    predicted = drawn.first.argmax(axis=1)
    a, b = float(hits(drawn).mean()), float(hits(drawn, first=False).mean())
    return {
        "accuracy": a,
        "skill": (a - CHANCE) / (1 - CHANCE),
        "loss": a - b,
        "retention": (b - CHANCE) / (a - CHANCE),
        "balanced accuracy": balanced_accuracy(drawn.labels, predicted),
        "macro F1": macro_f1(drawn.labels, predicted),
        "macro AUROC": macro_auroc(drawn.labels, drawn.first),
        "calibration error": expected_calibration_error(drawn.labels, drawn.probabilities),
    }


def plain_percentile(drawn: Drawn, seed: int) -> Interval:
    """The accuracy's interval from draws of the patients and nothing else."""
    right = (
        hits(drawn).reshape(-1, len(drawn.groups) // (drawn.groups.max() + 1)).mean(axis=1)
    )  # patients have as many cases each
    draws = np.random.default_rng(seed).multinomial(len(right), np.full(len(right), 1 / len(right)), size=2000)
    low, high = np.quantile(draws @ right / len(right), [0.025, 0.975])
    return Interval(float(right.mean()), float(low), float(high))


def intervals(drawn: Drawn, seed: int) -> dict[str, Interval]:
    """Every score's interval, as a diagnosis gives them."""
    resamples = resample_groups(drawn.groups, seed)
    first, second = resamples.accuracies(np.stack([hits(drawn), hits(drawn, first=False)]))
    K = drawn.first.shape[1]
    named = (drawn.labels, drawn.first.argmax(axis=1), drawn.groups, K)
    return {
        "accuracy": first.interval(),
        "skill": first.skill(CHANCE).interval(),
        "loss": resamples.loss(hits(drawn), hits(drawn, first=False)).interval(),
        "retention": retention(first.skill(CHANCE), second.skill(CHANCE)),
        "balanced accuracy": resamples.summed(summed_balanced_accuracy(*named)).interval(),
        "macro F1": resamples.summed(summed_macro_f1(*named)).interval(),
        "macro AUROC": resamples.summed(summed_macro_auroc(drawn.labels, drawn.first, drawn.groups)).interval(),
        "calibration error": resamples.calibration_error(
            summed_calibration_error(drawn.labels, drawn.probabilities, drawn.groups)
        ).interval(),
        PLAIN: plain_percentile(drawn, seed),
    }


def coverage(world: World, sets: int, population: int) -> dict[str, float]:
    """Share of the sets whose interval holds the truth, by score."""
    true = truth(world, population)
    true[PLAIN] = true["accuracy"]
    held = dict.fromkeys(true, 0)
    for number in range(sets):
        drawn = world.draw(np.random.default_rng([1, number]))
        for name, interval in intervals(drawn, 100_000 + number).items():
            held[name] += bool(interval.low <= true[name] <= interval.high)
    return {name: count / sets for name, count in held.items()}


def blind(blindness: Blind, sets: int) -> dict[str, float]:
    """A model that sees nothing: how often its best tap passes the band, and what stage I reads of it."""
    passed, inside, outside, chance = 0, 0.0, 0.0, 0.0
    names = [Tap(f"llm.block.{i}@image", "llm", "prompt", "image", i, "", "output") for i in range(blindness.taps)]
    for number in range(sets):
        labels, groups, features = blindness.draw(np.random.default_rng([2, number]))
        fold = groups % 5
        folds = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(5)]
        permuted = permuted_labels(labels, folds, 100, seed=100_000 + number, groups=groups)
        classes = len(blindness.classes)
        read = {
            tap.name: probe_tap(own, labels, folds, classes=classes, permuted=permuted, groups=groups)
            for tap, own in zip(names, features, strict=True)
        }
        accuracies = [float(np.mean(result.predicted == labels)) for result in read.values()]
        band = null_band(np.stack([result.null for result in read.values() if result.null is not None]))
        _, chosen = best_image_layer(names, read, folds, np.arange(len(labels)))
        passed += max(accuracies) > band
        inside += float(np.mean(chosen == labels)) / sets
        outside += max(accuracies) / sets
        chance += float(np.mean(accuracies)) / sets
    return {
        "band passed": passed / sets,
        "stage I": inside,
        "best layer chosen on the judged cases": outside,
        "mean layer": chance,
    }


def verdicts_at_the_margin(world: World, sets: int, population: int) -> dict[str, float]:
    """A true loss of exactly the margin: how often it is called present, how often absent."""
    margin = truth(world, population)["loss"]
    called = {"present": 0, "absent": 0}
    for number in range(sets):
        drawn = world.draw(np.random.default_rng([3, number]))
        resamples: Resamples = resample_groups(drawn.groups, 200_000 + number)
        loss: Estimate = resamples.loss(hits(drawn), hits(drawn, first=False))
        state = decide(loss.interval(), holm([loss.p_at_most(margin)])[0], margin)
        if state in called:
            called[state] += 1
    return {name: count / sets for name, count in called.items()}


def do(job: Callable[[], dict[str, float]]) -> dict[str, float]:
    """One simulation, in a process of its own."""
    return job()


def main(arguments: list[str]) -> None:
    """Run all simulations and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few sets, nothing written")
    quick = parser.parse_args(arguments).quick
    sets, population, blind_sets = (20, 100_000, 5) if quick else (2000, 2_000_000, 600)
    jobs: list[Callable[[], dict[str, float]]] = [
        *(partial(blind, each, blind_sets) for each in BLIND),
        *(partial(coverage, world, sets, population) for world in WORLDS),
        *(partial(verdicts_at_the_margin, world, sets, population) for world in WORLDS),
    ]
    found: list[dict[str, float]] = []
    with workers() as pool:
        for number, row in enumerate(pool.map(do, jobs), 1):
            print(f"{number}/{len(jobs)}", "  ".join(f"{name} {share:.3f}" for name, share in row.items()), flush=True)
            found.append(row)
    seen = dict(zip((each.name for each in BLIND), found[: len(BLIND)], strict=True))
    named = [world.name for world in WORLDS]
    table = dict(zip(named, found[len(BLIND) : len(BLIND) + len(WORLDS)], strict=True))
    margins = dict(zip(named, found[len(BLIND) + len(WORLDS) :], strict=True))
    if quick:
        return
    plain = {name: row.pop(PLAIN) for name, row in table.items()}
    shares = [share for row in table.values() for share in row.values()]
    most = float(LEVEL + 2 * np.sqrt(LEVEL * (1 - LEVEL) / blind_sets))
    outside = [
        f"{score}, {name}: {share:.3f}"
        for name, row in table.items()
        for score, share in row.items()
        if not LOW <= share <= HIGH
    ]
    record(
        "coverage",
        float(np.mean(shares)),
        "mean share of intervals that hold the truth",
        GOAL,
        not outside
        and max(each["band passed"] for each in seen.values()) <= most
        and max(abs(each["stage I"] - each["mean layer"]) for each in seen.values()) <= FAVOUR,
        spread={"lowest": min(shares), "highest": max(shares), "sets": sets},
        contenders={PLAIN: plain},
        coverage=table,
        outside=outside,
        blind=seen,
        blind_sets=blind_sets,
        loss_at_the_margin=margins,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
