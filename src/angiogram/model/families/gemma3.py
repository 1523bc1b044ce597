"""Gemma 3 and MedGemma: the connector averages blocks of patches."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="gemma3",
    encoder=("model.vision_tower",),
    encoder_blocks=("model.vision_tower.encoder.layers", "model.vision_tower.vision_model.encoder.layers"),
    connector=("model.multi_modal_projector",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="single",
)
