"""Every tap's width by rule is the width of the real features, and so right for the real sizes, too."""

from pathlib import Path

import pytest

from angiogram.model.anatomy import anatomy_of
from angiogram.model.catalogue import published
from angiogram.model.load import load_model
from angiogram.model.meta import meta_model
from angiogram.tap.store import planned_bytes
from angiogram.tap.taps import plan_taps
from angiogram.tap.widths import measured_widths, planned_arrays, ruled_widths
from tests.model.tiny import FAMILIES, write_tiny

# name -> taps, widths of an encoder block, the encoder's end, the connector and the LLM
PUBLISHED = {
    "MedVLM-R1-2B": (93, 1280, 1280, 1536),
    "Qwen2.5-VL-7B": (93, 1280, 1280, 3584),
    "Lingshu-32B": (165, 1280, 1280, 5120),
    "Gemma-3-4B": (100, 1152, 1152, 2560),
    "MedGemma-27B": (156, 1152, 1152, 5376),
    "HuatuoGPT-Vision-34B": (149, 1024, 1024, 7168),
}


@pytest.fixture(scope="module", params=FAMILIES)
def loaded(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("widths") / request.param
    write_tiny(request.param, folder)
    return load_model(str(folder), Path(), print)


def test_the_rule_gives_the_width_of_the_real_features(loaded):
    taps = plan_taps(loaded.anatomy)
    measured = measured_widths(loaded, taps)
    assert ruled_widths(loaded.model, loaded.anatomy, taps) == measured
    without_weights = meta_model(loaded.model.config)
    assert ruled_widths(without_weights, anatomy_of(without_weights), taps) == measured


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_sizes(name):
    count, block, received, llm = PUBLISHED[name]
    model = meta_model(published(name))
    anatomy = anatomy_of(model)
    taps = plan_taps(anatomy)
    encoder, depth = len(anatomy.encoder_blocks), len(anatomy.llm_blocks)
    assert len(taps) == count == encoder + 2 * depth + 5
    widths = ruled_widths(model, anatomy, taps)
    assert {widths[f"encoder.block.{number}"] for number in range(encoder)} == {block}
    assert (widths["encoder.out"], widths["connector.out"], widths["llm.norm@last"]) == (received, llm, llm)
    # float32: five rows a block, the encoder's end, the connector's, the LLM's input; one of the last token
    floats = 768 + 5 * (encoder * block + received + 2 * llm) + depth * 6 * llm + llm
    assert planned_bytes(1000, planned_arrays(taps, widths)) == 1000 * 4 * floats
