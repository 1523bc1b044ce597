"""A few lesions of each part in every build: they show at their place, nowhere before it, and nothing of them stays."""

import pytest
import torch

from angiogram.lesion.plant import planted
from angiogram.model.load import load_model
from tests.lesion.patients import changed, material_for, read, same
from tests.model.build.every import BUILDS, EVERY, cases_for

PLACES = {
    "blurred-input": "encoder.block.0", "shuffled-tiles": "encoder.block.0", "wrong-normalisation": "encoder.block.0",
    "encoder-noise": "encoder.out", "encoder-positions-scrambled": "encoder.block.0",
    "connector-tokens-constant": "connector.out", "connector-weights-noised": "connector.out",
    "llm-attention": "llm.block.0@last", "head-permuted": None,
}  # fmt: skip


@pytest.fixture(scope="module", params=EVERY)
def build(request, squares, tmp_path_factory):
    folder = tmp_path_factory.mktemp("build")
    BUILDS[request.param](folder)
    loaded = load_model(str(folder), folder, lambda _: None)
    cases = cases_for(loaded, squares)
    return loaded, [cases.read(row) for row in cases.rows[:4]]


def test_it_shows_from_its_place_on_and_leaves_nothing_behind(build):
    loaded, images = build
    intact = read(loaded, images, [2, 0])
    material, order = material_for(loaded, intact), list(intact.pooled)
    for name, place in PLACES.items():
        with planted(loaded, name, 1.0, 0, material) as ill:
            harmed = read(ill, images, [2, 0])
        found = changed(intact, harmed)
        assert place is None or place in found, name
        before = order if place is None else order[: order.index(place)]
        assert not found & {tap for tap in before if not tap.startswith("encoder.block")}, name
        assert harmed.logits.isfinite().all() and not torch.equal(harmed.logits, intact.logits), name
    assert same(read(loaded, images, [2, 0]), intact)
