"""Encoders beside one another whose features are fused, and connectors that are called more than once."""

import pytest
import torch

from angiogram.errors import InputError
from angiogram.model.discover import discover, sharing
from angiogram.model.layouts.alone import ONE_BY_ONE


@pytest.fixture(scope="module")
def found_of(load_family):
    return lambda name: discover(load_family(name).model, load_family(name).processor)


def test_two_encoders_that_see_the_image_beside_one_another_are_both_the_encoder(found_of):
    anatomy = found_of("deepseek_vl_hybrid").anatomy
    lists = {block.rpartition(".")[0] for block in anatomy.encoder_blocks}
    assert lists == {"model.vision_model.encoder.layers", "model.high_res_vision_model.vision_encoder.layers"}
    assert anatomy.used_blocks == len(anatomy.encoder_blocks) == 6
    assert anatomy.connector == "model.aligner"
    # The first module that receives both; its projections receive one each.
    assert anatomy.received == "model.aligner.act"


def test_the_evidence_names_both(found_of):
    blocks = next(finding for finding in found_of("deepseek_vl_hybrid").findings if finding.part == "encoder_blocks")
    assert "see the image beside one another" in blocks.evidence


def test_a_table_that_is_looked_up_twice_is_the_connector(found_of):
    found = found_of("ovis2")
    assert found.anatomy.connector == "model.visual_embeddings_table"
    assert next(finding for finding in found.findings if finding.part == "connector").certainty == "certain"


def test_connectors_that_read_different_blocks_are_no_further_encoders(found_of):
    """Granite 4 Vision's: a Q-Former for each of several blocks, whose tokens enter different blocks of the LLM."""
    anatomy = found_of("granite4_vision").anatomy
    assert anatomy.encoder_blocks == tuple(f"model.vision_tower.encoder.layers.{number}" for number in range(3))
    assert (anatomy.connector, anatomy.received) == ("model.layerwise_projectors.1", "")
    assert anatomy.deepstack == ("model.layerwise_projectors.0", "model.spatial_projectors.0")


def test_images_that_no_batch_takes_are_read_one_by_one(load_family, monkeypatch):
    loaded, prepare = load_family("deepseek_vl_hybrid"), sharing.prepare

    def single(processor, prompt, images):
        if len(images) > 1:
            raise InputError("The model's processor cannot prepare images of 2x2, 2x3 pixels in one batch: no.")
        return prepare(processor, prompt, images)

    monkeypatch.setattr(sharing, "prepare", single)
    found = discover(loaded.model, loaded.processor)
    assert found.anatomy.layout == ONE_BY_ONE
    assert any("a batch of three images could not be run" in finding.evidence for finding in found.findings)


def test_prompts_that_padding_on_the_left_changes_are_read_one_by_one(load_family):
    """Positions that count the padding, too, as Kosmos 2.5 counts the places of its image from the left end."""
    loaded = load_family("deepseek_vl")
    first = loaded.model.get_submodule(loaded.anatomy.llm_blocks[0])

    def counted(_, args):
        return (args[0] + 0.01 * torch.arange(args[0].shape[1])[:, None], *args[1:])

    handle = first.register_forward_pre_hook(counted)
    try:
        found = discover(loaded.model, loaded.processor)
    finally:
        handle.remove()
    assert loaded.anatomy.layout == "proportional" and found.anatomy.layout == ONE_BY_ONE
    assert any("a prompt that is padded on the left" in finding.evidence for finding in found.findings)


def test_attention_to_blocks_of_tokens_is_asked_without_padding(load_family, monkeypatch):
    loaded = load_family("deepseek_vl")
    monkeypatch.setattr(loaded.model.config.text_config, "layer_types", ["minimax_m3_sparse"] * 3, raising=False)
    found = discover(loaded.model, loaded.processor)
    assert found.anatomy.layout == ONE_BY_ONE
    assert any("counted from a batch's left end" in finding.evidence for finding in found.findings)
