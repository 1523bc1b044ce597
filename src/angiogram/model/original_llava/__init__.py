"""Checkpoints of the original LLaVA code (LLaVA-Med v1.5, HuatuoGPT-Vision), loaded as transformers' LLaVA.

Their `config.json` is the LLM's with `mm_*` fields beside it; their weights are the LLM's under `model.`, with
`model.mm_projector.{0,2}` and, where it was saved too, the encoder under `model.vision_tower.vision_tower`.
"""

from angiogram.model.original_llava.configuration import is_original_llava, llava_config
from angiogram.model.original_llava.load import load_original_llava, original_llava_config

__all__ = ["is_original_llava", "llava_config", "load_original_llava", "original_llava_config"]
