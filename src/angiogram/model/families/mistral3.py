"""Mistral 3 with the Pixtral encoder."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="mistral3",
    encoder=("model.vision_tower",),
    encoder_blocks=("model.vision_tower.transformer.layers",),
    connector=("model.multi_modal_projector",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="pixtral",
)
