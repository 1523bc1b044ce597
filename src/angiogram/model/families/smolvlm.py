"""SmolVLM."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="smolvlm",
    encoder=("model.vision_model",),
    encoder_blocks=("model.vision_model.encoder.layers",),
    connector=("model.connector",),
    llm=("model.text_model",),
    llm_blocks=("model.text_model.layers",),
    llm_norm=("model.text_model.norm",),
    layout="idefics",
)
