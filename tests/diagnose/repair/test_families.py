"""In every family the answer's gradient reaches a map behind the connector, and an empty map changes nothing."""

import numpy as np
import pytest
import torch

from angiogram.answer.labels import label_tree
from angiogram.data.cases import Case, Cases
from angiogram.diagnose.repair.affine import mapped
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.fit import fit
from angiogram.diagnose.repair.start import moments, word_starts
from angiogram.imaging.image import Image
from angiogram.model.prompt import chat
from tests.model.tiny import TINY

CLASSES = ("left kidney", "liver", "left lung")
SHAPES = ((56, 56), (40, 90), (120, 50))


@pytest.fixture(scope="module")
def shapes() -> Cases:
    """Nine noisy images of three shapes, brighter from class to class."""
    rng = np.random.default_rng(0)
    pixels = [rng.integers(50 * (i % 3), 50 * (i % 3) + 100, SHAPES[i // 3], dtype=np.uint8) for i in range(9)]
    rows = tuple(Case(str(i), f"shapes#{i}", CLASSES[i % 3], str(i)) for i in range(9))
    return Cases("shapes", rows, CLASSES, lambda row: Image(pixels[int(row.id)], ()), "Which structure is shown?")


@pytest.mark.parametrize("name", ["angiogram", *TINY])
def test_a_map_behind_the_connector_can_be_fitted(name, load_family, shapes):
    loaded = load_family(name)
    tree = label_tree(loaded.processor.tokenizer, CLASSES)
    sizes = tuple(SHAPES[i // 3] for i in range(9))
    asker = Asker(loaded, tree, shapes, sizes, chat(loaded.processor, shapes.question), 4)
    rows, paths = np.arange(9), (loaded.anatomy.connector, *loaded.anatomy.deepstack)
    plain = asker.likelihoods(rows)
    seen = moments(asker, paths, rows)
    maps = {path: sums.map() for path, sums in seen.items()}
    with mapped(loaded.model, maps):
        np.testing.assert_array_equal(asker.likelihoods(rows), plain)
        with torch.enable_grad():
            scores = asker.ask([0, 1], gradient=True)
    np.testing.assert_allclose(scores.detach().numpy(), asker.ask([0, 1]).numpy(), atol=1e-5)
    fitted = fit(asker, maps, rows[:6], rows[6:], 2, 0, lambda _: None)
    assert fitted.steps in (0, 1, 2)
    for affine in maps.values():
        affine.change.requires_grad_()
    with mapped(loaded.model, maps):
        asker.ask([0, 1], gradient=True).sum().backward()
    assert all(affine.change.grad is not None and affine.change.grad.abs().max() > 0 for affine in maps.values())
    loaded.model.zero_grad()
    starts = word_starts(asker, seen[paths[0]])
    assert set(starts) == {"words", "words, spread as before"}
    for matrix, mean in starts.values():
        begun = {**maps, paths[0]: seen[paths[0]].map()}
        begun[paths[0]].begin(matrix, mean)
        with mapped(loaded.model, begun):
            changed = asker.likelihoods(rows)
        assert np.isfinite(changed).all() and np.abs(changed - plain).max() > 1e-3
