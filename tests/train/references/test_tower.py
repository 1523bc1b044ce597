"""The model's own encoder, tuned: in every family, with the model itself left as it is."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from angiogram.data.cases import Cases
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.model.loading import Loading
from angiogram.probe.ridge import RidgeProbe
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.taps import plan_taps
from angiogram.train.references.encoder import Encoder
from angiogram.train.references.prepared import Preparation
from angiogram.train.references.task import Training
from angiogram.train.references.tower import Tower, tower
from tests.model.tiny import FAMILIES
from tests.train.references.planted import coloured, task

FEW = Training(steps=6, batch_size=8, learning_rate=1e-4)
TRAIN, TEST = np.arange(32), np.arange(32, 48)


@pytest.fixture(scope="module")
def cases() -> Cases:
    return coloured()


def state(loaded):
    return {name: value.clone() for name, value in loaded.model.state_dict().items()}


def unchanged(loaded, before) -> bool:
    now = loaded.model.state_dict()
    return now.keys() == before.keys() and all(torch.equal(value, before[name]) for name, value in now.items())


@pytest.mark.parametrize("family", ["angiogram", *FAMILIES])
def test_in_every_family_it_learns_and_leaves_the_model_as_it_is(load_family, cases, tmp_path, family):
    loaded = load_family(family)
    before, flags = state(loaded), [module.training for module in loaded.model.modules()]
    encoder = loaded.model.get_submodule(loaded.anatomy.encoder)
    learned = tower(task(cases, loaded, tmp_path), TRAIN, TEST, FEW)
    assert np.mean(learned.predicted == cases.labels[TEST]) > 0.9
    assert unchanged(loaded, before)
    assert loaded.model.get_submodule(loaded.anatomy.encoder) is encoder
    assert [module.training for module in loaded.model.modules()] == flags
    assert all(weight.grad is None for weight in loaded.model.parameters())


@pytest.mark.parametrize("family", ["angiogram", *FAMILIES])
def test_it_reads_what_the_probe_at_the_encoder_s_end_reads(load_family, cases, family):
    loaded, rows = load_family(family), np.arange(3)
    preparation = Preparation(loaded, cases)
    (piece,) = preparation.pieces(rows)
    end = next(tap for tap in plan_taps(loaded.anatomy) if tap.name == "encoder.out")
    with torch.no_grad(), pooled_hooks(loaded.model, (end,), piece.poolings) as pooled:
        loaded.model(**piece.inputs)
    with torch.no_grad():
        features = Encoder(loaded).eval()((piece,))
    torch.testing.assert_close(features, pooled["encoder.out"][:, 0], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", ["angiogram", *FAMILIES])
def test_all_blocks_on_the_way_to_the_connector_are_tuned(load_family, cases, family):
    loaded = load_family(family)
    encoder = Encoder(loaded).train()
    features = encoder(Preparation(loaded, cases).pieces(np.arange(4)))
    features.square().sum().backward()
    blocks = loaded.anatomy.encoder_blocks[: loaded.anatomy.used_blocks]
    for path in blocks:
        inside = path.removeprefix(f"{loaded.anatomy.encoder}.")
        grads = [weight.grad for weight in encoder.copied.get_submodule(inside).parameters()]
        assert grads and all(grad is not None and grad.isfinite().all() for grad in grads), path
    assert sum(float(weight.grad.abs().sum()) for weight in encoder.parameters() if weight.grad is not None) > 0


@pytest.mark.parametrize("family", ["angiogram", "idefics3", "qwen2_vl", "pixtral"])
def test_a_model_in_bfloat16_is_tuned_in_float32(load_family, cases, tmp_path, family):
    name = load_family(family).name
    loaded = load_model(name, tmp_path, print, Loading(precision="bfloat16", device="cpu"))
    before, encoder = state(loaded), Encoder(loaded)
    assert {weight.dtype for weight in encoder.parameters()} == {torch.float32}
    learned = tower(task(cases, loaded, tmp_path), TRAIN, TEST, FEW)
    assert np.mean(learned.predicted == cases.labels[TEST]) > 0.9 and unchanged(loaded, before)


def test_tuning_starts_at_the_probe(load_family, cases):
    loaded, labels = load_family("llava"), coloured().labels
    encoder, preparation = Encoder(loaded).eval(), Preparation(loaded, cases)
    with torch.no_grad():
        features = encoder(preparation.pieces(np.arange(48)))
        probe = RidgeProbe().fit(features[TRAIN].numpy(), labels[TRAIN])
        logits = Tower(encoder, probe, labels[TRAIN], 3).eval()(preparation.pieces(TEST))
    scores = probe.scores(features[TEST].numpy())
    ratio = logits[:, :2].numpy() / scores
    assert np.allclose(ratio, ratio.mean(), rtol=1e-2) and 1 <= ratio.mean() <= 20.1
    assert (logits[:, 2] == 0).all()  # a class that the probe has not seen


def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(load_family, cases, tmp_path):
    loaded = load_family("qwen2_vl")
    longer = replace(FEW, steps=14)
    whole = tower(task(cases, loaded, tmp_path / "whole"), TRAIN, TEST, longer)

    read, seen = cases.read, []

    def interrupted(row):
        seen.append(row)
        if len(seen) > len(TRAIN) + 12 * longer.batch_size:  # in the 13th step; a checkpoint is kept after the tenth
            raise KeyboardInterrupt
        return read(row)

    asked = task(cases, loaded, tmp_path / "parts")
    with pytest.raises(KeyboardInterrupt):
        tower(replace(asked, cases=replace(cases, read=interrupted)), TRAIN, TEST, longer)
    lines = []
    again = tower(replace(asked, progress=lines.append), TRAIN, TEST, longer)
    assert "going on from step 10" in lines
    assert again.curve == whole.curve and (again.predicted == whole.predicted).all()
    assert not [folder for folder in (tmp_path / "parts").iterdir() if folder.suffix == ".checkpoint"]


def test_another_revision_of_the_model_is_tuned_anew(load_family, cases, tmp_path):
    loaded = load_family("llava")
    few = replace(FEW, steps=1)
    for revision in ("one", "two", "one"):
        tower(task(cases, replace(loaded, revision=revision), tmp_path), TRAIN, TEST, few)
    assert len(list(tmp_path.iterdir())) == 2


def test_images_that_the_model_cannot_take_are_left_out_and_named_by_none(load_family, cases, tmp_path):
    loaded, narrow = load_family("qwen2_vl"), Image(np.zeros((4, 4000), np.uint8), ())
    odd = replace(cases, read=lambda row: narrow if row.id in ("3", "40") else cases.read(row))
    learned = tower(task(odd, loaded, tmp_path), TRAIN, TEST, FEW)
    assert learned.predicted[8] == -1 and (np.delete(learned.predicted, 8) >= 0).all()


def test_an_encoder_on_disk_is_refused_in_a_sentence(load_family, cases, tmp_path):
    loaded = load_model(load_family("llava").name, tmp_path, print)
    loaded.model.get_submodule(loaded.anatomy.encoder).to("meta")
    with pytest.raises(InputError, match="lies on disk"):
        tower(task(cases, loaded, tmp_path), TRAIN, TEST, FEW)


@pytest.mark.parametrize("family", ["gemma3", pytest.param("qwen2_vl", marks=pytest.mark.nightly)])
def test_tuning_learns_what_the_probe_cannot_read(load_family, squares, tmp_path, family):
    train, test = (np.flatnonzero([row.split == side for row in squares.rows]) for side in ("train", "test"))
    asked = task(squares, load_family(family), tmp_path)
    before = tower(asked, train, test, replace(FEW, steps=1, learning_rate=1e-9))
    after = tower(asked, train, test, Training(steps=60, batch_size=16, learning_rate=1e-3))
    right = [float(np.mean(each.predicted == squares.labels[test])) for each in (before, after)]
    assert right[1] > right[0] + 0.15
    assert np.mean(after.curve[-5:]) < np.mean(after.curve[:5])
