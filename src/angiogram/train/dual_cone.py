"""The projection that UPGrad and DualProj need, as a least-squares problem for SciPy.

TorchJD's own projector calls a solver under the GPL. With the Gramian G = L L^T and v = u + w, to minimise v^T G v
under u <= v is to minimise |L^T w + L^T u| under w >= 0, which is non-negative least squares (Lawson & Hanson, 1974,
chapter 23). This module imports TorchJD, an extra.
"""

import numpy as np
import torch
from scipy.optimize import nnls
from torch import Tensor
from torchjd.linalg import DualConeProjector

RIDGE = 1e-4  # of the mean squared gradient, as in TorchJD: a Gramian of rounded gradients may have no Cholesky factor


class LeastSquaresProjector(DualConeProjector):
    """Weights of the projection onto the dual cone of a matrix's rows, from its Gramian; see `DualConeProjector`.

    >>> project = LeastSquaresProjector()
    >>> against = torch.tensor([[1.0, -1.0], [-1.0, 4.0]])  # two gradients in conflict
    >>> weights = project(torch.eye(2), against)
    >>> (against @ weights.sum(dim=0) >= 0).all()  # following both harms neither
    tensor(True)
    """

    def __call__(self, U: Tensor, G: Tensor) -> Tensor:
        """`[..., m]` and `[m, m]` -> `[..., m]`."""
        gramian = G.detach().double().cpu().numpy()
        size = float(np.trace(gramian)) / len(gramian)
        if size <= 0:  # all gradients are zero: nothing to project
            return U.clone()
        factor = np.linalg.cholesky(gramian / size + RIDGE * np.eye(len(gramian))).T
        rows = U.detach().double().cpu().numpy().reshape(-1, len(gramian))
        found = np.stack([row + nnls(factor, -factor @ row)[0] for row in rows])
        return torch.as_tensor(found, device=U.device, dtype=U.dtype).reshape(U.shape)

    def __repr__(self) -> str:
        return "LeastSquaresProjector()"
