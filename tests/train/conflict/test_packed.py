"""Encoders that pack a batch's images into one row, against a backward pass a task."""

import numpy as np
import pytest
import torch

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.train.answer_losses import answer_losses
from angiogram.train.conflict.gramians import gramians
from angiogram.train.conflict.packed import packed_rows
from angiogram.train.conflict.tug_of_war import tug_of_war
from angiogram.train.supervised import supervised
from tests.data.annotations.entries import entry
from tests.train.conflict.naive import naive_gramian
from tests.train.conflict.test_tug_of_war import entries, quiet, read

SIZES = ((56, 56), (56, 112), (140, 84), (84, 84), (112, 56))
CPU = torch.device("cpu")


def batch(loaded):
    """Five images of several sizes."""
    asked = [entry(k, ("vqa", "report")[k % 2], id=f"e{k}") for k in range(len(SIZES))]
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 256, size, dtype=np.uint8), ("drawn",)) for size in SIZES]
    return supervised(loaded.processor, loaded.model, asked, images)


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen2_5_vl"])
@pytest.mark.parametrize("tasks", [[0, 1, 0, 1, 0], [0, 1, 2, 3, 4]])
def test_images_of_several_sizes(load_family, family, tasks):
    loaded = load_family(family)
    inputs, numbers = batch(loaded), torch.tensor(tasks)
    losses, packed = answer_losses(inputs, CPU), packed_rows(loaded.model, inputs, CPU)
    names = ["", *loaded.anatomy.parts, *loaded.anatomy.encoder_blocks]
    trained = [parameter.requires_grad for parameter in loaded.model.parameters()]
    assert all(trained)
    found = gramians(loaded.model, losses, numbers, names, packed)
    for name in names:
        wanted = naive_gramian(loaded.model, losses, numbers, name)
        size = wanted.diagonal().sqrt()
        assert ((found[name] - wanted).abs() <= 1e-4 * size[:, None] * size).all() and wanted.any(), name


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen2_5_vl"])
def test_a_tug_of_war_of_a_packed_encoder(load_family, family):
    loaded = load_family(family)
    found = tug_of_war(loaded, entries(), read, quiet, batches=2)
    assert [module.name for module in found.modules] == list(loaded.anatomy.parts)


def test_other_packed_encoders_are_refused(load_family):
    with pytest.raises(InputError, match="cannot be split by task"):
        tug_of_war(load_family("qwen3_vl"), entries(), read, quiet, batches=2)


def test_a_batch_without_images_has_no_rows(load_family):
    assert packed_rows(load_family("qwen2_vl").model, {}, CPU) == ()
    assert packed_rows(load_family("llava").model, {"image_grid_thw": torch.tensor([[1, 2, 2]])}, CPU) == ()
