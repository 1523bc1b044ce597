"""The random twin lets the image through in every family: its taps tell images apart."""

import numpy as np
import pytest
import torch

from angiogram.imaging.image import Image
from angiogram.model.load import load_model, random_twin
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.tiny import FAMILIES, write_tiny


@pytest.mark.parametrize("name", FAMILIES)
def test_the_twin_s_taps_tell_images_apart(name, tmp_path):
    write_tiny(name, tmp_path / name)
    twin = random_twin(load_model(str(tmp_path / name), tmp_path, lambda _: None), 3)
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 255, (56, 56, 3), dtype=np.uint8), ("noise",)) for _ in range(2)]
    inputs = prepare(twin.processor, chat(twin.processor, "Which?"), images)
    taps = plan_taps(twin.anatomy)
    with torch.no_grad(), pooled_hooks(twin.model, taps, batch_poolings(twin, inputs, [(56, 56)] * 2)) as pooled:
        twin.model(**inputs)
    # In these the first block does not look at the image from the last token: no cross-attention, a short window.
    blind = {"llm.block.0@last"} if name in ("mllama", "gemma3") else set()
    same = [tap for tap, rows in pooled.items() if torch.equal(rows[0], rows[1]) and tap not in blind]
    assert not same


def test_the_seed_decides_the_weights(tiny):
    first, again, other = (random_twin(tiny, seed).model.state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)
