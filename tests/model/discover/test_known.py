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
def test_all_of_it_is_certain_and_packed_tiles_are_read_one_by_one(traced, name):
    _, found = traced(name)
    assert {finding.certainty for finding in found.findings} == {"certain"}
    assert found.summary.startswith("Certain: every part was found")
    alone = name in NOT_IN_PROPORTION
    assert found.anatomy.layout == ("alone" if alone else "proportional")
    assert found.summary.endswith("read one by one.") is alone


def test_tracing_leaves_no_hook_behind(traced):
    loaded, _ = traced("paligemma")
    ours = [
        hook
        for module in loaded.model.modules()
        for hook in (*module._forward_hooks.values(), *module._forward_pre_hooks.values())
        if "angiogram" in getattr(hook, "__module__", "")
    ]
    assert not ours
