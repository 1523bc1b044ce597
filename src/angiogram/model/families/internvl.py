"""InternVL in transformers' own layout."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="internvl",
    encoder=("model.vision_tower",),
    encoder_blocks=("model.vision_tower.encoder.layer",),
    connector=("model.multi_modal_projector",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="internvl",
)
