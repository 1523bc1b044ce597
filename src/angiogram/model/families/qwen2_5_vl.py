"""Qwen2.5-VL; Lingshu and HuatuoGPT-Vision-7B are among its kin."""

from dataclasses import replace

from angiogram.model.families.qwen2_vl import FAMILY as QWEN2_VL

FAMILY = replace(QWEN2_VL, name="qwen2_5_vl")
