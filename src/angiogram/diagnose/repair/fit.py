"""The gradient fit of the maps: cross-entropy over the class likelihoods, stopped by cases that it does not see."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax
from torch import Tensor
from torch.nn.functional import cross_entropy

from angiogram.answer.calibrate import prior
from angiogram.cache import Progress
from angiogram.diagnose.repair.affine import AffineMap
from angiogram.diagnose.repair.asking import Around, Asker
from angiogram.diagnose.repair.interface import Interface, changed
from angiogram.tap.batches import cut

STEPS = 24  # of a fit, at most; the rate falls over so many, however soon a fit ends
BATCH, PIECE = 16, 4
EVERY, PATIENCE = 4, 6
RATE, SHRINK = 0.3, 0.01  # a step moves an entry by at most about this share of the tokens' spread


@dataclass(frozen=True)
class Fitted:
    """What a fit came to.

    Attributes:
        maps: at the step that the held-out cases like best.
        steps: of the fit up to there; 0 is the start.
        taken: steps that were taken.
        loss: cross-entropy of the held-out cases at the kept step.
    """

    maps: Mapping[str, AffineMap]
    steps: int
    taken: int
    loss: float


def standing(asker: Asker, interface: Interface, maps: Mapping[str, AffineMap]) -> Around:
    """The maps at the interface of the asker's model, for `Asker.ask` and its like."""
    return lambda inputs: changed(asker.loaded, interface, maps, inputs)


@dataclass(frozen=True)
class Look:
    """What the held-out cases say of maps, by class likelihoods.

    Attributes:
        loss: cross-entropy.
        right: share of them that is right.
        outright: the log prior that was taken out, `[K]`; 0 where they are as they are.
    """

    loss: float
    right: float
    outright: NDArray[np.floating]


def look(
    asker: Asker, around: Around, held: NDArray[np.int64], labels: NDArray[np.int64], calibrated: bool = True
) -> Look:
    """At the held-out cases, with maps in place.

    Where the likelihoods are not to be calibrated, they are taken as the model would answer by them.
    """
    scores = asker.likelihoods(held, around).astype(np.float64)
    outright = prior(scores) if calibrated else np.zeros(scores.shape[1])
    scores, truth = scores - outright, labels[held]
    chosen = log_softmax(scores, axis=1)[np.arange(len(held)), truth]
    return Look(float(-chosen.mean()), float((scores.argmax(axis=1) == truth).mean()), outright)


def fit(
    asker: Asker,
    interface: Interface,
    maps: Mapping[str, AffineMap],
    labels: NDArray[np.int64],
    taught: NDArray[np.int64],
    held: NDArray[np.int64],
    steps: int,
    seed: int,
    progress: Progress,
    enough: float = inf,
    calibrated: bool = True,
) -> Fitted:
    """Fit the maps; the model's own weights stay.

    The loss is the cross-entropy of `log-likelihood - prior` with the prior at the start: what the model says whatever
    the image is calibrated away in the end, so no step is spent on it. Where only the words are lost, it is that of the
    likelihoods as they are.

    Args:
        asker: the model and its question.
        interface: where the maps stand.
        maps: where to start, by module path; they are not changed.
        labels: class of each of all N cases, `[N]`: the true ones, or others for a control.
        taught: rows that teach.
        held: rows that say when to stop.
        steps: the most.
        seed: of the batches.
        progress: receives plain lines.
        enough: share of the held-out cases that is right, at which the fit ends.
        calibrated: see `look`.
    """
    first = look(asker, standing(asker, interface, maps), held, labels, calibrated)
    best, offset = first.loss, torch.from_numpy(first.outright).float().to(asker.loaded.device)
    kept, kept_step, taken, maps = maps, 0, 0, _copied(maps)
    around = standing(asker, interface, maps)
    optimiser = torch.optim.AdamW(_parameters(maps), weight_decay=SHRINK)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / (STEPS + 1))
    rng = np.random.default_rng(seed)
    queue: list[int] = []
    with _frozen(asker.loaded.model):
        for step in range(1, steps + 1):
            if len(queue) < min(BATCH, len(taught)):
                queue = rng.permutation(taught).tolist()
            batch, queue = queue[:BATCH], queue[BATCH:]
            optimiser.zero_grad()
            for piece in cut(batch, min(PIECE, asker.size)):
                scores = asker.ask(piece, around, gradient=True)
                truth = torch.from_numpy(labels[list(piece)]).to(scores.device)
                loss: Tensor = cross_entropy(scores - offset.to(scores), truth, reduction="sum") / len(batch)
                loss.backward()
            optimiser.step()
            schedule.step()
            taken = step
            if step % EVERY == 0 or step == steps:
                now = look(asker, around, held, labels, calibrated)
                progress(f"step {step}/{steps}, held-out loss {now.loss:.3f}, best {best:.3f}")
                if now.loss < best:
                    best, kept, kept_step = now.loss, _copied(maps), step
                    if now.right >= enough:
                        break
                elif step - kept_step >= PATIENCE * EVERY:
                    break
    return Fitted(kept, kept_step, taken, best)


def _copied(maps: Mapping[str, AffineMap]) -> dict[str, AffineMap]:
    copies: dict[str, AffineMap] = {}
    for path, affine in maps.items():
        copies[path] = still = copy(affine)
        still.change = affine.change.detach().clone().requires_grad_()
        still.shift = affine.shift.detach().clone().requires_grad_()
    return copies


def _parameters(maps: Mapping[str, AffineMap]) -> list[dict[str, Any]]:
    """A rate for every matrix in inverse proportion to its width: Adam moves all entries of a row at once."""
    groups: list[dict[str, Any]] = []
    for affine in maps.values():
        groups.append({"params": [affine.change], "lr": RATE / len(affine.shift)})
        groups.append({"params": [affine.shift], "lr": RATE / 10})
    return groups


@contextmanager
def _frozen(model: Any) -> Generator[None]:
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    try:
        for weight in trained:
            weight.requires_grad_(False)
        yield
    finally:
        for weight in trained:
            weight.requires_grad_(True)
