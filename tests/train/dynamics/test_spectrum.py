"""Known spectra: orthogonal, parallel, in between; and what is no Gram matrix."""

import math

import pytest
import torch

from angiogram.errors import InputError
from angiogram.train.dynamics.spectrum import spectrum


def gram_of(vectors):
    vectors = torch.tensor(vectors, dtype=torch.float64)
    return vectors @ vectors.T


def test_known_spectra():
    orthogonal = spectrum(gram_of([[2.0, 0, 0], [0, 2.0, 0], [0, 0, 2.0]]))
    assert (orthogonal.entropy, orthogonal.dominant) == (pytest.approx(math.log(3)), pytest.approx(1 / 3))
    parallel = spectrum(gram_of([[1.0, 1.0], [2.0, 2.0], [-3.0, -3.0]]))
    assert (parallel.entropy, parallel.dominant, parallel.n) == (pytest.approx(0, abs=1e-9), pytest.approx(1), 3)
    two = spectrum(gram_of([[3.0, 0, 0], [0, 1.0, 0]]))  # eigenvalues 9 and 1
    assert two.entropy == pytest.approx(-(0.9 * math.log(0.9) + 0.1 * math.log(0.1)))
    assert two.dominant == pytest.approx(0.9)


def test_it_is_the_spectrum_of_the_fisher_matrix():
    torch.manual_seed(0)
    gradients = torch.randn(6, 20, dtype=torch.float64)
    fisher = torch.linalg.eigvalsh(gradients.T @ gradients)
    shares = fisher[fisher > 1e-9] / fisher.sum()
    found = spectrum(gradients @ gradients.T)
    assert found.entropy == pytest.approx(float(torch.special.entr(shares).sum()))
    assert found.dominant == pytest.approx(float(shares.max()))


def test_neither_scale_nor_order_matters():
    torch.manual_seed(0)
    gradients = torch.randn(5, 9)
    first = spectrum(gradients @ gradients.T)
    mixed = 1000 * gradients[torch.tensor([3, 1, 4, 0, 2])]
    second = spectrum(mixed @ mixed.T)
    assert (second.entropy, second.dominant) == (pytest.approx(first.entropy), pytest.approx(first.dominant))


@pytest.mark.parametrize(
    ("gram", "said"),
    [
        (torch.zeros(3, 3), "All gradients are zero"),
        (torch.ones(2, 3), "is square and finite"),
        (torch.tensor([[1.0, torch.nan], [torch.nan, 1.0]]), "is square and finite"),
        (torch.tensor([[1.0, 2.0], [2.0, 1.0]]), "no eigenvalue below 0"),
    ],
)
def test_what_is_no_gram_matrix_is_one_sentence(gram, said):
    with pytest.raises(InputError, match=said):
        spectrum(gram)
