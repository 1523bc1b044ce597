"""In every family and at every interface: an empty map changes nothing, and the answer's gradient reaches it."""

import numpy as np
import pytest
import torch

from angiogram.answer.labels import label_tree
from angiogram.data.cases import Case, Cases
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.fit import fit, standing
from angiogram.diagnose.repair.interface import connector_output, encoder_output, image_tokens
from angiogram.diagnose.repair.starting_maps import moments, word_starts
from angiogram.imaging.image import Image
from angiogram.model.prompt import chat
from tests.model.tiny import FAMILIES

CLASSES = ("left kidney", "liver", "left lung")
SHAPES = ((56, 56), (40, 90), (120, 50))
ROWS = np.arange(6)
INTERFACES = {
    "encoder output": encoder_output,
    "connector output": connector_output,
    "image tokens": image_tokens,
}


@pytest.fixture(scope="module")
def shapes() -> Cases:
    """Six noisy images of three shapes, brighter from class to class."""
    rng = np.random.default_rng(0)
    pixels = [rng.integers(50 * (i % 3), 50 * (i % 3) + 100, SHAPES[i // 2], dtype=np.uint8) for i in range(6)]
    rows = tuple(Case(str(i), f"shapes#{i}", CLASSES[i % 3], str(i)) for i in range(6))
    return Cases("shapes", rows, CLASSES, lambda row: Image(pixels[int(row.id)], ()), "Which structure is shown?")


def asking(loaded, cases) -> Asker:
    tree = label_tree(loaded.processor.tokenizer, CLASSES)
    return Asker(loaded, tree, cases, tuple(SHAPES[i // 2] for i in ROWS), chat(loaded.processor, cases.question), 4)


@pytest.mark.parametrize("place", INTERFACES)
@pytest.mark.parametrize("name", ["angiogram", *FAMILIES])
def test_a_map_can_be_fitted_and_leaves_the_model_as_it_was(name, place, load_family, shapes):
    asker = asking(load_family(name), shapes)
    interface = INTERFACES[place](asker.loaded.anatomy)
    if interface is None:
        assert name == "mllama" and place == "image tokens"
        return
    plain = asker.likelihoods(ROWS)
    maps = {path: sums.map() for path, sums in moments(asker, interface, ROWS, shapes.labels).items()}
    assert set(maps) == set(interface.modules)
    around = standing(asker, interface, maps)
    np.testing.assert_array_equal(asker.likelihoods(ROWS, around), plain)
    with torch.enable_grad():
        for affine in maps.values():
            affine.change.requires_grad_()
        scores = asker.ask([0, 1], around, gradient=True)
        scores.sum().backward()
    np.testing.assert_allclose(scores.detach().numpy(), asker.ask([0, 1]).numpy(), atol=1e-5)
    assert all(affine.change.grad is not None and affine.change.grad.abs().max() > 0 for affine in maps.values())
    asker.loaded.model.zero_grad()
    fits = [fit(asker, interface, maps, shapes.labels, ROWS[:4], ROWS[4:], 1, 0, lambda _: None) for _ in range(2)]
    assert fits[0].loss == fits[1].loss and fits[0].steps == fits[1].steps
    np.testing.assert_array_equal(asker.likelihoods(ROWS), plain)
    assert all(weight.requires_grad and weight.grad is None for weight in asker.loaded.model.parameters())


@pytest.mark.parametrize("name", ["angiogram", *FAMILIES])
def test_a_connector_s_map_may_begin_at_the_words(name, load_family, shapes):
    asker = asking(load_family(name), shapes)
    interface = connector_output(asker.loaded.anatomy)
    plain, path = asker.likelihoods(ROWS), asker.loaded.anatomy.connector
    seen = moments(asker, interface, ROWS, shapes.labels)
    starts = word_starts(asker, seen[path])
    assert set(starts) == {"1 times", "2 times", "4 times", "spread as before"}
    for matrix, mean in starts.values():
        begun = {other: sums.map() for other, sums in seen.items()}
        begun[path].begin(matrix, mean)
        changed = asker.likelihoods(ROWS, standing(asker, interface, begun))
        assert np.isfinite(changed).all() and np.abs(changed - plain).max() > 1e-3
