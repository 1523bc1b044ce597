"""PaliGemma: image and question see each other in both directions."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="paligemma",
    encoder=("model.vision_tower",),
    encoder_blocks=("model.vision_tower.encoder.layers", "model.vision_tower.vision_model.encoder.layers"),
    connector=("model.multi_modal_projector",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="single",
)
