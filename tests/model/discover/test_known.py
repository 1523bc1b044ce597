"""Tracing finds in the known families what their files say."""

import pytest

from angiogram.model.anatomy import anatomy_of
from tests.model.tiny import TINY

PARTS = (
    "encoder", "encoder_blocks", "used_blocks", "connector", "deepstack", "llm", "llm_blocks", "llm_norm", "carried",
    "image_tokens", "received",
)  # fmt: skip
# Their packing drops padding and adds line breaks, so that the encoder's tokens are not in proportion to the prompt's.
NOT_IN_PROPORTION = {"llava_next", "llava_onevision"}


@pytest.mark.parametrize("name", TINY)
def test_every_part_is_the_family_file_s(traced, name):
    loaded, found = traced(name)
    expected = anatomy_of(loaded.model)
    for part in PARTS:
        assert getattr(found.anatomy, part) == getattr(expected, part), part


@pytest.mark.parametrize("name", TINY)
def test_it_is_certain_but_for_the_layout_of_packed_tiles(traced, name):
    _, found = traced(name)
    doubts = {finding.part: finding.certainty for finding in found.findings if finding.certainty != "certain"}
    assert doubts == ({"layout": "unsure"} if name in NOT_IN_PROPORTION else {})
    if doubts:
        assert found.summary.startswith(
            "Unsure, because of the layout: the tokens of model.vision_tower.encoder.layers"
        )
        assert "use a batch size of 1" in found.summary
    else:
        assert found.summary.startswith("Certain")


def test_tracing_leaves_no_hook_behind(traced):
    loaded, _ = traced("paligemma")
    ours = [
        hook
        for module in loaded.model.modules()
        for hook in (*module._forward_hooks.values(), *module._forward_pre_hooks.values())
        if "angiogram" in getattr(hook, "__module__", "")
    ]
    assert not ours
