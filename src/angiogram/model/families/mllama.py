"""Mllama (Llama 3.2 Vision): the LLM reads the image by cross-attention."""

from angiogram.model.families.family import Family

FAMILY = Family(
    name="mllama",
    encoder=("model.vision_model",),
    encoder_blocks=(("model.vision_model.transformer.layers", "model.vision_model.global_transformer.layers"),),
    connector=("model.multi_modal_projector",),
    llm=("model.language_model",),
    llm_blocks=("model.language_model.layers",),
    llm_norm=("model.language_model.norm",),
    layout="mllama",
    carried=("cross_attention_mask",),
    image_tokens=False,
)
