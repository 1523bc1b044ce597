"""A re-fit: an affine map at one interface, fitted so that the answer becomes right, everything else untouched. [own]

What was turned, shifted or scaled keeps all that can be decoded and is unreadable to the frozen parts behind it. Probes
cannot tell this from a part that does not understand; a re-fit can. Where it brings the answer back, what stands behind
the interface can read and say the class. Where it does not, there is no proof: the map is affine, and few cases teach.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.repair.affine import AffineMap
from angiogram.diagnose.repair.asking import Around, Asker
from angiogram.diagnose.repair.fit import BATCH, EVERY, Fitted, fit, held_loss, standing
from angiogram.diagnose.repair.interface import Interface, connector_output
from angiogram.diagnose.repair.starting_maps import moments, word_starts
from angiogram.probe.inner import inner_folds

RACE, STEPS = 4, 24
SIZES = (0.2, 0.5, 2.0, 5.0)
HELD = 4  # one in so many of the cases that teach says when to stop
BACKWARD = 3  # a training step costs about three passes a case
AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Refit:
    """What a re-fit came to.

    Attributes:
        around: puts it in place.
        described: where it began and how long it took.
    """

    around: Around
    described: str


def refit(
    asker: Asker,
    interface: Interface,
    taught: NDArray[np.int64],
    labels: NDArray[np.int64],
    seed: int,
    progress: Progress,
    steps: int = STEPS,
) -> Refit | None:
    """Fit the maps of an interface.

    Args:
        asker: the model and its question.
        interface: where.
        taught: rows that may teach; a share of them, by whole groups, says when to stop.
        labels: of all N cases, `[N]`: the true ones, or others for a control.
        seed: of shares and batches.
        progress: receives plain lines.
        steps: the most.

    Returns:
        None where the cases that teach are of one group, so that none can be held out.
    """
    fold = inner_folds(labels[taught], asker.cases.groups[taught], count=HELD, seed=seed)
    if fold is None:
        return None
    teach, held = taught[fold != 0], taught[fold == 0]
    begun, start = _best_start(asker, interface, teach, held, labels, seed, progress)
    fitted = fit(asker, interface, begun.maps, labels, teach, held, steps, seed + 1, progress)
    taken = begun.steps + fitted.steps
    cases = f"{len(teach)} training cases, {len(held)} more to choose by"
    how = f"{taken} steps of {BATCH} from {start}" if taken else f"{start}; no step improved on it"
    return Refit(standing(asker, interface, fitted.maps), f"{cases}; {how}")


def passes(asker: Asker, interface: Interface, taught: int, steps: int = STEPS) -> int:
    """About how many forward passes of one case a re-fit takes at most."""
    race = 3 * RACE if interface == connector_output(asker.loaded.anatomy) else 0
    looks = 2 + len(SIZES) + 4 * (race > 0) + steps // EVERY
    return BACKWARD * BATCH * (race + steps) + taught + looks * (taught // HELD)


def _best_start(
    asker: Asker,
    interface: Interface,
    taught: NDArray[np.int64],
    held: NDArray[np.int64],
    labels: NDArray[np.int64],
    seed: int,
    progress: Progress,
) -> tuple[Fitted, str]:
    """The start that the held-out cases like best; of equals the tokens as they are.

    Tokens as they are or of another size; and at the connector's output, put near the words for what they show. The
    sizes are compared as they stand, since a fit takes small steps and would not get there.
    """
    seen = moments(asker, interface, taught)
    sized = {size: {path: sums.map(size) for path, sums in seen.items()} for size in (1.0, *SIZES)}
    losses = {size: held_loss(asker, standing(asker, interface, maps), held, labels)[0] for size, maps in sized.items()}
    size = min(losses, key=lambda each: losses[each])
    named = AS_IT_IS if size == 1 else f"{size:g} times as large"
    starts: dict[str, Mapping[str, AffineMap]] = {named: sized[size]}
    if interface == connector_output(asker.loaded.anatomy):
        connector = asker.loaded.anatomy.connector
        for name, (matrix, mean) in word_starts(asker, seen[connector]).items():
            maps = {path: sums.map() for path, sums in seen.items()}
            maps[connector].begin(matrix, mean)
            starts[f"a closed-form map onto the class names ({name})"] = maps
    if len(starts) == 1:
        return Fitted(sized[size], 0, losses[size]), named
    raced = {
        name: fit(asker, interface, maps, labels, taught, held, RACE, seed, progress) for name, maps in starts.items()
    }
    best = min(raced, key=lambda name: raced[name].loss)
    return raced[best], best
