"""Does the same batch give the same bytes again?"""

import torch
from torch import nn

from angiogram.check.difference import likelihoods_apart, tolerance, worst_tap
from angiogram.check.result import Finding
from angiogram.check.subject import Subject

NAME = "determinism"
MEASURED = "largest difference of a tap between two runs of the same batch, as a share of the tap's largest value"


def determinism(subject: Subject) -> Finding:
    """Two runs of one batch must agree in every bit; a difference within rounding is only warned of.

    Dropout that was left on is the usual cause; some kernels of a GPU also add in another order each time.
    """
    first, again = subject.together, subject.read(subject.batch)
    tap, difference = worst_tap(again, first)
    answers = likelihoods_apart(again.likelihoods, first.likelihoods)
    same = torch.equal(again.likelihoods, first.likelihoods) and all(
        torch.equal(again.pooled[name], rows) for name, rows in first.pooled.items()
    )
    if same:
        return Finding(0, 0, "ok", "The same batch twice gives the same bytes.")
    cause = " Parts of the model are in training mode." if _training(subject.loaded.model) else ""
    verdict = "warning" if max(difference, answers) <= tolerance(subject.loaded.model) else "wrong"
    return Finding(difference, 0, verdict, f"The same batch twice differs, most at {tap}.{cause}")


def _training(model: nn.Module) -> bool:
    return any(module.training for module in model.modules())
