"""Tiny random checkpoints of every family, each in ordinary Hugging Face layout with its real processor class."""

from collections.abc import Callable
from pathlib import Path

from tests.model.tiny.gemma import write_gemma3, write_paligemma
from tests.model.tiny.llava import write_llava, write_llava_next, write_llava_onevision
from tests.model.tiny.qwen import write_qwen2_5_vl, write_qwen2_vl, write_qwen3_vl

TINY: dict[str, Callable[[Path], None]] = {
    "llava": write_llava,
    "llava_next": write_llava_next,
    "llava_onevision": write_llava_onevision,
    "qwen2_vl": write_qwen2_vl,
    "qwen2_5_vl": write_qwen2_5_vl,
    "qwen3_vl": write_qwen3_vl,
    "gemma3": write_gemma3,
    "paligemma": write_paligemma,
}


def write_tiny(name: str, folder: Path) -> None:
    """Write the family's checkpoint into `folder`."""
    TINY[name](folder)
