"""Tiny random checkpoints of every family, each in ordinary Hugging Face layout with its real processor class."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model.tiny.gemma import write_gemma3, write_paligemma
from tests.model.tiny.idefics import write_idefics3, write_smolvlm
from tests.model.tiny.internvl import write_internvl
from tests.model.tiny.llava import write_llava, write_llava_next, write_llava_onevision
from tests.model.tiny.mllama import write_mllama
from tests.model.tiny.pixtral import write_mistral3, write_pixtral
from tests.model.tiny.qwen import write_qwen2_5_vl, write_qwen2_vl, write_qwen3_vl

TINY: dict[str, Callable[[Path], None]] = {
    "llava": write_llava,
    "llava_next": write_llava_next,
    "llava_onevision": write_llava_onevision,
    "qwen2_vl": write_qwen2_vl,
    "qwen2_5_vl": write_qwen2_5_vl,
    "qwen3_vl": write_qwen3_vl,
    "gemma3": write_gemma3,
    "internvl": write_internvl,
    "idefics3": write_idefics3,
    "smolvlm": write_smolvlm,
    "paligemma": write_paligemma,
    "mllama": write_mllama,
    "mistral3": write_mistral3,
    "pixtral": write_pixtral,
}
OFTEN = ("llava", "qwen3_vl", "gemma3", "idefics3", "mllama")
"""Of each way to give images to the LLM one: fixed tokens, any shape, sliding attention, tiles, cross-attention."""
FAMILIES = tuple(name if name in OFTEN else pytest.param(name, marks=pytest.mark.nightly) for name in TINY)
"""For tests that are about more than the family: the others of `TINY` are for `make nightly`."""


def write_tiny(name: str, folder: Path) -> None:
    """Write the family's checkpoint into `folder`."""
    TINY[name](folder)
