"""A re-fit: an affine map at one interface, so that the answer becomes right, everything else untouched. [own]

What was turned, shifted or scaled keeps all that can be decoded and is unreadable to the frozen parts behind it. Probes
cannot tell this from a part that does not understand; a re-fit can. Where it brings the answer back, what stands behind
the interface can read and say the class. Where it does not, there is no proof: the map is affine, and few cases teach.

With the least effort. First maps in closed form, which learn nothing *through* the parts behind: the tokens at another
size, and at the connector's output near the words for what they show. Only where none of these does it, gradient steps
follow, and they end as soon as the answer is back: a map that is fitted long enough makes a classifier of any network
behind it, a random one included, and its control then says that it proves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.repair.affine import AffineMap
from angiogram.diagnose.repair.asking import Around, Asker
from angiogram.diagnose.repair.fit import BATCH, EVERY, STEPS, Fitted, fit, look, standing
from angiogram.diagnose.repair.interface import Interface, connector_output
from angiogram.diagnose.repair.starting_maps import GAINS, moments, word_starts
from angiogram.probe.inner import inner_folds

SIZES = (0.1, 0.3, 3.0, 10.0)
HELD = 4  # about one in so many of the cases that teach says when to stop
BACK = 2 / 3  # share of what is lost that must be back on these few for a fit to end; half of it counts in the end
BACKWARD = 3  # a training step costs about three passes a case
AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Refit:
    """What a re-fit came to.

    Attributes:
        around: puts it in place.
        maps: what is put there, by module path.
        steps: of the gradient up to the map; 0 for one in closed form.
        taken: steps that were taken.
        described: where it began and how long it took.
    """

    around: Around
    maps: Mapping[str, AffineMap]
    steps: int
    taken: int
    described: str


def refit(
    asker: Asker,
    interface: Interface,
    taught: NDArray[np.int64],
    labels: NDArray[np.int64],
    seed: int,
    progress: Progress,
    steps: int = STEPS,
    target: float | None = None,
    *,
    calibrated: bool = True,
) -> Refit | None:
    """Fit the maps of an interface.

    Args:
        asker: the model and its question.
        interface: where.
        taught: rows that may teach; a share of them, by whole groups, says when to stop.
        labels: of all N cases, `[N]`: the true ones, or others for a control.
        seed: of shares and batches.
        progress: receives plain lines.
        steps: of the gradient, the most.
        target: accuracy to which the answer is to be brought back; where two thirds of the way are gone on the cases
            held out, the fit ends. None for as many steps as are given.
        calibrated: whether the likelihoods are, as stage S; else they are taken as the model would answer by them.

    Returns:
        None where the cases that teach are of one group, so that none can be held out.
    """
    sides = teach_and_held(asker, taught, labels, seed)
    if sides is None:
        return None
    teach, held = sides
    starts = _starts(asker, interface, teach, labels)
    looks = {
        name: look(asker, standing(asker, interface, maps), held, labels, calibrated) for name, maps in starts.items()
    }
    name = min(looks, key=lambda each: looks[each].loss)  # of equals the tokens as they are
    before = looks[AS_IT_IS].right
    enough = inf if target is None else before + BACK * max(0.0, target - before)
    fitted = Fitted(starts[name], 0, 0, looks[name].loss)
    if steps and looks[name].right < enough:
        fitted = fit(asker, interface, starts[name], labels, teach, held, steps, seed + 1, progress, enough, calibrated)
    cases = f"{len(teach)} training cases, {len(held)} more to choose by"
    how = f"{fitted.steps} steps of {BATCH} from {name}" if fitted.steps else f"{name}, in closed form"
    around = standing(asker, interface, fitted.maps)
    return Refit(around, fitted.maps, fitted.steps, fitted.taken, f"{cases}; {how}")


def passes(
    asker: Asker, interface: Interface, taught: NDArray[np.int64], labels: NDArray[np.int64], seed: int, steps: int
) -> int:
    """About how many forward passes of one case a re-fit takes at most."""
    sides = teach_and_held(asker, taught, labels, seed)
    if sides is None:
        return 0
    teach, held = map(len, sides)
    words = 1 + len(GAINS) if interface == connector_output(asker.loaded.anatomy) else 0
    looks = 1 + len(SIZES) + words + (1 + -(-steps // EVERY) if steps else 0)
    return BACKWARD * BATCH * steps + teach + looks * held


def teach_and_held(
    asker: Asker, taught: NDArray[np.int64], labels: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """The cases that teach and those that are held out: whole groups, as close to a quarter as these allow."""
    fold = inner_folds(labels[taught], asker.cases.groups[taught], count=HELD, seed=seed)
    if fold is None:
        return None
    out = int(np.abs(np.bincount(fold) - len(taught) / HELD).argmin())
    return taught[fold != out], taught[fold == out]


def _starts(
    asker: Asker, interface: Interface, taught: NDArray[np.int64], labels: NDArray[np.int64]
) -> dict[str, Mapping[str, AffineMap]]:
    """Maps in closed form: the tokens as they are or of another size, and at the connector's output near the words."""
    seen = moments(asker, interface, taught, labels)
    starts: dict[str, Mapping[str, AffineMap]] = {AS_IT_IS: {path: sums.map() for path, sums in seen.items()}}
    for size in SIZES:
        starts[f"{size:g} times as large"] = {path: sums.map(size) for path, sums in seen.items()}
    if interface == connector_output(asker.loaded.anatomy):
        connector = asker.loaded.anatomy.connector
        for name, (matrix, mean) in word_starts(asker, seen[connector]).items():
            maps = {path: sums.map() for path, sums in seen.items()}
            maps[connector].begin(matrix, mean)
            starts[f"a map onto the class names ({name})"] = maps
    return starts
