"""Qwen2.5-VL; Lingshu and HuatuoGPT-Vision-7B are among its kin."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="qwen2_5_vl",
    encoder=("model.visual",),
    encoder_blocks=("model.visual.blocks",),
    connector=("model.visual.merger",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="patches",
)
