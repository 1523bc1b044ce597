"""Families without a family file, found by tracing."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.families import REGISTRY
from angiogram.model.prompt import chat, first_step, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.discover.unknown import UNKNOWN

# name -> encoder's list and depth, used blocks, connector, what receives the encoder's end, LLM's list, norm
EXPECTED = {
    "vipllava": (
        "model.vision_tower.encoder.layers", 4, 3, "model.multi_modal_projector", "", "model.language_model.layers",
        "model.language_model.norm",
    ),
    "aya_vision": (
        "model.vision_tower.encoder.layers", 3, 3, "model.multi_modal_projector", "", "model.language_model.layers",
        "model.language_model.norm",
    ),
    "blip-2": (
        "vision_model.encoder.layers", 3, 3, "language_projection",
        "qformer.encoder.layer.0.crossattention.attention.key", "language_model.model.decoder.layers",
        "language_model.model.decoder.final_layer_norm",
    ),
    "idefics2": (
        "model.vision_model.encoder.layers", 3, 3, "model.connector", "", "model.text_model.layers",
        "model.text_model.norm",
    ),
    "glm4v": (
        "model.visual.blocks", 3, 3, "model.visual.merger", "", "model.language_model.layers",
        "model.language_model.norm",
    ),
    "janus": (
        "model.vision_model.encoder.layers", 3, 3, "model.aligner", "", "model.language_model.layers",
        "model.language_model.norm",
    ),
    "oddly": ("eyes.stages", 3, 3, "bridge", "", "mind.units", "mind.calm"),
}  # fmt: skip
SHAPES = ((56, 56), (40, 90), (120, 50))


def test_they_have_no_family_file():
    assert len(set(UNKNOWN) - set(REGISTRY)) == len(UNKNOWN) >= 4


@pytest.mark.parametrize("name", EXPECTED)
def test_every_part_is_found(traced, name):
    _, found = traced(name)
    encoder, depth, used, connector, received, llm, norm = EXPECTED[name]
    anatomy = found.anatomy
    assert anatomy.encoder_blocks == tuple(f"{encoder}.{number}" for number in range(depth))
    assert (anatomy.used_blocks, anatomy.connector, anatomy.received) == (used, connector, received)
    assert anatomy.llm_blocks == tuple(f"{llm}.{number}" for number in range(3))
    assert (anatomy.llm_norm, anatomy.image_tokens) == (norm, True)
    assert anatomy.layout == ("alone" if name == "idefics2" else "proportional")
    assert anatomy.family == f"{name} (discovered)"


@pytest.mark.parametrize("name", ["vipllava", "aya_vision", "glm4v", "janus", "oddly"])
def test_a_proof_is_called_certain(traced, name):
    _, found = traced(name)
    assert {finding.certainty for finding in found.findings} == {"certain"}
    connector = next(finding for finding in found.findings if finding.part == "connector")
    assert "image-token rows found in llm.in; with its output of another image" in connector.evidence


def test_a_row_that_is_changed_on_its_way_is_only_likely_the_connector_s(traced):
    _, found = traced("blip-2")  # OPT adds positions to words and image tokens
    sure = {finding.part: finding.certainty for finding in found.findings}
    assert (sure["connector"], sure["llm_blocks"], sure["encoder_blocks"]) == ("likely", "likely", "certain")
    assert found.summary.startswith("Likely, because of the connector")


def test_padding_inside_the_encoder_is_noticed(traced):
    loaded, found = traced("idefics2")  # a batch's images are padded to the largest
    layout = next(finding for finding in found.findings if finding.part == "layout")
    assert "encoder.layers.0 are not where its share" in layout.evidence
    images = [Image(np.zeros((56, 56, 3), np.uint8), ("black",))] * 2
    inputs = prepare(loaded.processor, chat(loaded.processor, "What is shown?"), images)
    batch = replace(loaded, anatomy=found.anatomy)
    with pytest.raises(InputError, match="read them one by one with --batch-size 1"):
        batch_poolings(batch, inputs, [(56, 56)] * 2)
    assert set(pooled(batch, images[:1])) == {tap.name for tap in plan_taps(found.anatomy)} - {"pixels"}


@torch.no_grad()
def pooled(loaded, images):
    inputs = prepare(loaded.processor, chat(loaded.processor, "What is shown?"), images)
    poolings = batch_poolings(loaded, inputs, [image.pixels.shape[:2] for image in images])
    with pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings) as rows:
        loaded.model(**first_step(loaded.model, inputs, use_cache=False))
    return rows


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "idefics2"])
def test_every_tap_is_the_same_in_a_batch_and_alone(traced, name):
    loaded, _ = traced(name)
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ("noise",)) for shape in SHAPES]
    together, alone = pooled(loaded, images), [pooled(loaded, [image]) for image in images]
    assert set(together) == {tap.name for tap in plan_taps(loaded.anatomy)} - {"pixels"}
    for tap in together:
        torch.testing.assert_close(together[tap], torch.cat([rows[tap] for rows in alone]), atol=2e-4, rtol=1e-3)
        assert not torch.equal(together[tap][0], together[tap][1])
