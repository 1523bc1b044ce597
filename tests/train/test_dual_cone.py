"""Our projection against TorchJD's own where its solver is there, and against what a projection must be."""

import pytest
import torch

torchjd = pytest.importorskip("torchjd", reason="torchjd is not installed")

from angiogram.train.dual_cone import LeastSquaresProjector  # noqa: E402


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_minimum(seed):
    torch.manual_seed(seed)
    gradients = torch.randn(4, 6, dtype=torch.float64) * torch.logspace(0, 2, 4, dtype=torch.float64)[:, None]
    gramian = gradients @ gradients.T
    asked = torch.rand(3, 4, dtype=torch.float64)
    found = LeastSquaresProjector()(asked, gramian)
    assert (found >= asked - 1e-12).all()
    slope = found @ (gramian + 1e-4 * gramian.trace() / 4 * torch.eye(4, dtype=torch.float64))
    assert (slope >= -1e-8 * gramian.trace()).all()  # no larger weight makes it smaller
    assert (slope * (found - asked)).abs().max() < 1e-8 * gramian.trace()  # and none that is above could be


def test_it_is_torchjds_own():
    pytest.importorskip("quadprog", reason="quadprog, which is under the GPL, is not installed")
    from torchjd.linalg import QuadprogProjector

    torch.manual_seed(0)
    gradients = torch.randn(5, 9, dtype=torch.float64)
    gramian, asked = gradients @ gradients.T, torch.rand(5, dtype=torch.float64)
    theirs = QuadprogProjector()(asked, gramian)
    torch.testing.assert_close(LeastSquaresProjector()(asked, gramian), theirs, rtol=1e-3, atol=1e-3)


def test_gradients_without_length_are_left_as_they_are():
    assert LeastSquaresProjector()(torch.ones(2), torch.zeros(2, 2)).tolist() == [1, 1]
