"""Qwen3-VL: further mergers add encoder features between the first LLM blocks."""

from dataclasses import replace

from angiogram.model.families.qwen2_vl import FAMILY as QWEN2_VL

FAMILY = replace(QWEN2_VL, name="qwen3_vl", deepstack=("model.visual.deepstack_merger_list",))
