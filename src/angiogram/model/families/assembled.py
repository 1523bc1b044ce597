"""Models that `angiogram.model.build` assembles: an encoder of pictures or volumes, a connector, a causal LLM."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="angiogram",
    encoder=("model.vision_tower",),
    encoder_blocks=("model.vision_tower.encoder.layer", "model.vision_tower.encoder.layers"),
    connector=("model.connector",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="assembled",
)
