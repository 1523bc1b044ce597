"""LLaVA 1.5 and its kin, LLaVA-Med and HuatuoGPT-Vision-34B among them; also with the Pixtral encoder."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="llava",
    encoder=("model.vision_tower",),
    encoder_blocks=(
        "model.vision_tower.encoder.layers",
        "model.vision_tower.vision_model.encoder.layers",
        "model.vision_tower.transformer.layers",
    ),
    connector=("model.multi_modal_projector",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="llava",
)
