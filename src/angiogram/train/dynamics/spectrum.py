"""Training dynamics: how the gradients of n samples share directions, from their n x n Gram matrix.

The Fisher matrix of per-sample gradients (of images of one kind, as IMAX measures it, arXiv 2504.09967) and their Gram
matrix have the same eigenvalues but for zeros, and the latter is small. Both numbers depend on n, which is reported.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from angiogram.errors import InputError

NEGATIVE = 1e-6  # of the largest eigenvalue: below 0 by rounding


@dataclass(frozen=True)
class Spectrum:
    """What the eigenvalues l of a Gram matrix say.

    Attributes:
        n: samples.
        entropy: spectral entropy `-sum_i p_i log p_i` with `p_i = l_i / sum l`, natural logarithm; 0 where all
            gradients are parallel, log n where they are orthogonal and equally long.
        dominant: dominant-eigenvalue ratio `l_max / sum l`, from 1 / n to 1.
    """

    n: int
    entropy: float
    dominant: float


def spectrum(gram: Tensor) -> Spectrum:
    """Entropy and dominant ratio of a Gram matrix `[n, n]`.

    Raises:
        InputError: it is no Gram matrix, or all gradients are zero.

    >>> spectrum(torch.eye(4))
    Spectrum(n=4, entropy=1.3862943611198906, dominant=0.25)
    >>> spectrum(torch.ones(3, 3)).dominant.__round__(6)
    1.0
    """
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1] or not torch.isfinite(gram).all():
        raise InputError(f"A Gram matrix is square and finite; this one has the shape {list(gram.shape)}.")
    values = torch.linalg.eigvalsh(gram.double())
    largest = float(values[-1])
    if largest <= 0:
        raise InputError("All gradients are zero: they have no spectrum.")
    if float(values[0]) < -NEGATIVE * largest or not torch.allclose(gram, gram.T, rtol=1e-4, atol=1e-6 * largest):
        raise InputError("A Gram matrix is symmetric and has no eigenvalue below 0; this one is none.")
    shares = values.clamp(min=0) / values.clamp(min=0).sum()
    return Spectrum(len(gram), float(torch.special.entr(shares).sum()), float(shares[-1]))
