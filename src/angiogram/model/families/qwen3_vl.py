"""Qwen3-VL: further mergers add encoder features between the first LLM blocks."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="qwen3_vl",
    encoder=("model.visual",),
    encoder_blocks=("model.visual.blocks",),
    connector=("model.visual.merger",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="patches",
    deepstack=("model.visual.deepstack_merger_list",),
)
