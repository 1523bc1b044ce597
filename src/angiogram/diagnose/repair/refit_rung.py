"""A rung that costs passes: a re-fit at one interface, judged, with its controls where it brings the answer back."""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.bench import Answered, Bench, answered
from angiogram.diagnose.repair.controls import exchanged_labels, random_behind
from angiogram.diagnose.repair.interface import Interface
from angiogram.diagnose.repair.outcome import weighed
from angiogram.diagnose.repair.refit import STEPS, Refit, passes, refit
from angiogram.diagnose.repair.returned import returned
from angiogram.diagnose.repair.rung import Place, Rung
from angiogram.diagnose.terms import StageKey

ANSWER = 1.5  # passes of a case that answers in words, its class names included
CONTROLS = 2


def refit_rung(
    bench: Bench, place: Place, interface: Interface, seed: int, progress: Progress, steps: int = STEPS
) -> Rung:
    """Re-fit, judge, and where that brings the answer back, do as much for each negative control."""
    progress(f"ladder: a re-fit at the {place}, about {refit_passes(bench, interface, seed, steps)} passes")
    try:
        return _refitted(bench, place, interface, seed, progress, steps)
    except torch.OutOfMemoryError:  # what was diagnosed so far is worth more
        return not_tried(bench, place, "There is not enough memory for a gradient or for the controls.")


def _refitted(bench: Bench, place: Place, interface: Interface, seed: int, progress: Progress, steps: int) -> Rung:
    labels, trial = bench.asker.cases.labels, bench.trial
    first = _tried(bench, bench.asker, interface, labels, seed, progress, steps, float(bench.target.mean()))
    if first is None:
        return not_tried(bench, place, "The cases that teach are of one group, so that none can be held out.")
    found, made = first
    rung = judged(
        bench,
        place,
        f"An affine map at the {place}, nothing else, was fitted on {made.described}; judged on {trial.where}.",
        found,
        refit_passes(bench, interface, seed, made.taken),
        made.steps,
    )
    if rung.outcome != "brings it back":
        return rung
    controls = CONTROLS * refit_passes(bench, interface, seed, made.steps)
    progress(f"ladder: controls of the {place}, about {controls} passes")
    others = exchanged_labels(labels, bench.asker.cases.groups, trial.taught, seed)
    permuted = _tried(bench, bench.asker, interface, others, seed, progress, made.steps)
    stranger = replace(bench.asker, loaded=random_behind(bench.asker.loaded, interface, seed))
    random = _tried(bench, stranger, interface, labels, seed, progress, made.steps)
    controlled = _controlled(bench, rung, *(None if one is None else one[0] for one in (permuted, random)))
    return replace(controlled, passes=rung.passes + controls)


def judged(bench: Bench, place: Place, done: str, found: Answered, cost: int, steps: int | None = None) -> Rung:
    """What a repair brought back, before its controls."""
    draws, stage = bench.resamples, bench.stage
    before, after = bench.before.of(stage), found.of(stage)
    rung = replace(
        returned(draws, place, done, stage, before, after, bench.target, bench.guess),
        said=draws.accuracy(found.words).interval(),
        said_recovered=draws.loss(found.words, bench.before.words).interval(),
        passes=cost,
        steps=steps,
    )
    return weighed(rung, bench.margin)


def not_tried(bench: Bench, place: Place, why: str) -> Rung:
    """A rung that was left out."""
    stage: StageKey = bench.stage
    return Rung(
        place, why, "not tried", stage, float(bench.before.of(stage).mean()), float(bench.target.mean()),
        cases=bench.resamples.cases,
    )  # fmt: skip


def rung_passes(bench: Bench, interface: Interface, seed: int, steps: int = STEPS) -> int:
    """About how many passes a rung takes at most, its controls among them."""
    return (1 + CONTROLS) * refit_passes(bench, interface, seed, steps)


def refit_passes(bench: Bench, interface: Interface, seed: int, steps: int = STEPS) -> int:
    """About how many passes one re-fit takes and is judged by; a control is one more."""
    taught, asked = bench.trial.taught, len(bench.trial.judged)
    fit = passes(bench.asker, interface, taught, bench.asker.cases.labels, seed, steps)
    return fit + len(taught) + round(ANSWER * asked)


def _tried(
    bench: Bench,
    asker: Asker,
    interface: Interface,
    labels: NDArray[np.int64],
    seed: int,
    progress: Progress,
    steps: int,
    target: float | None = None,
) -> tuple[Answered, Refit] | None:
    fitted = refit(
        asker, interface, bench.trial.taught, labels, seed, progress, steps, target, calibrated=bench.stage == "S"
    )
    if fitted is None:
        return None
    return answered(asker, bench.trial, fitted.around, bench.longest), fitted


def _controlled(bench: Bench, rung: Rung, permuted: Answered | None, random: Answered | None) -> Rung:
    controls = [None if one is None else float(one.of(rung.stage).mean()) for one in (permuted, random)]
    return weighed(replace(rung, permuted=controls[0], random=controls[1]), bench.margin, controls)
