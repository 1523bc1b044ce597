"""Encoders beside one another whose features are fused, and connectors that are called more than once."""

import pytest

from angiogram.model.discover import discover


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
