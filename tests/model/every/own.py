"""What each model type needs beyond its own defaults, cut down."""

from tests.model.every.checkpoint import Own

MROPE = {"text_config.rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 2, 2]}}
HALF = {
    "text_config.rope_parameters": {
        "rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 1, 1], "partial_rotary_factor": 0.5
    },
    "text_config.head_dim": 16,
}  # fmt: skip
BY_KIND = {kind: {"rope_type": "default", "rope_theta": 10000.0} for kind in ("full_attention", "sliding_attention")}
DEEPSTACK = {"vision_config.deepstack_visual_indexes": [0, 1]}
PIXTRAL = ("[IMG]", "[IMG_BREAK]", "[IMG_END]")
GEMMA4_VISION = {
    "model_type": "gemma4_vision", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3,
    "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 16, "global_head_dim": 16,
}  # fmt: skip
GEMMA4 = {
    "vision_config": GEMMA4_VISION, "text_config.vocab_size_per_layer_input": 400,
    "text_config.hidden_size_per_layer_input": 8, "text_config.global_head_dim": 16,
}  # fmt: skip
SOUNDS = {"audio_token": "<audio>", "boa_token": "<boa>", "eoa_token": "<eoa>"}

OWN: dict[str, Own] = {
    "aria": Own(
        config={
            "vision_config.patch_size": 98, "vision_config.image_size": 980,
            "projector_patch_to_query_dict": {25: 4, 100: 4}, "max_value_projector_patch_to_query_dict": 4,
        },
        processor={"size_conversion": {490: 4, 980: 4}},
    ),
    "cohere2_vision": Own(pixels={"patch_size": 2}),
    "cohere_compass": Own(config={"text_config.rope_parameters": BY_KIND, **DEEPSTACK}),
    "cosmos3_omni": Own(named="Qwen3VLProcessor", config=DEEPSTACK),
    "deepseek_ocr2": Own(
        config={
            "text_config.num_experts_per_tok": 2,
            "text_config.n_group": 1,
            "text_config.topk_group": 1,
            "vision_config.sam_config.global_attn_indexes": [1],
        }
    ),
    "deepseek_vl": Own(processor={"num_image_tokens": 16}),
    "deepseek_vl_hybrid": Own(
        processor={"num_image_tokens": 16},
        pixels={"high_res_size": {"height": 64, "width": 64}},
        config={"high_res_vision_config.global_attn_indexes": [1], "high_res_vision_config.mlp_dim": 48},
    ),
    "diffusion_gemma": Own(image_processor="Gemma4ImageProcessorPil", config=GEMMA4, roles=SOUNDS),
    "ernie4_5_vl_moe": Own(config={"text_config.moe_intermediate_size": [24, 24]}),
    "fast_vlm": Own(named="LlavaProcessor", image_processor="CLIPImageProcessorPil"),
    "gemma4": Own(config=GEMMA4, roles=SOUNDS),
    "gemma4_unified": Own(roles=SOUNDS),
    "glm46v": Own(config=MROPE),
    "glm4v_moe": Own(image_processor="Glm4vImageProcessorPil", config=MROPE),
    "glm_ocr": Own(named="Glm46VProcessor", image_processor="Glm46VImageProcessorPil", config=HALF),
    "glmga": Own(named="Glm46VProcessor", config=HALF),
    "granite_docling": Own(processor={"image_seq_len": 1}),
    "hunyuan_vl": Own(image="<image_start><image><image_end>"),
    "kosmos-2": Own(named="Kosmos2Processor", unknown="<|endoftext|>"),
    "kosmos-2.5": Own(
        named="Kosmos2_5Processor", pixels={"max_patches": 64}, processor={"num_image_tokens": 8},
        config={"vision_config.patch_embed_hidden_size": 768, "latent_query_num": 8},
    ),
    "instructblip": Own(roles={"image_token": ""}, image="<image>", processor={"num_query_tokens": 32}),
    "lfm2_vl": Own(config={"text_config.layer_types": ["conv", "full_attention", "conv"]}),
    "llama4": Own(
        config={
            "image_token_index": "<|patch|>",
            "vision_config.intermediate_size": 128,
            "vision_config.projector_input_dim": 32,
            "vision_config.projector_output_dim": 32,
        }
    ),
    "mistral_large4": Own(
        special=PIXTRAL, image="[IMG]", processor={"patch_size": 14, "spatial_merge_size": 2},
        pixels={"size": {"longest_edge": 112}}, config={"vision_config.image_size": 112},
    ),
    "molmo2": Own(config={"adapter_config.vision_feature_layer": [-1, -2]}),
    "ovis2": Own(
        config={
            "image_token_id": "<IMG_ATOM>",
            "visual_indicator_token_ids": ["<IMG_START>", "<IMG_GRID>", "<IMG_COL>", "<IMG_ROW>", "<IMG_END>"],
        },
        processor={"image_seq_length": 16},
        special=("<IMG_ATOM>", "<IMG_START>", "<IMG_GRID>", "<IMG_COL>", "<IMG_ROW>", "<IMG_END>"),
    ),
    "paddleocr_vl": Own(config=MROPE),
    "qianfan_ocr": Own(
        image="<image>", processor={"image_seq_length": 4}, config={"image_token_id": "<context_image>"}
    ),
    "qwen2_5_omni_thinker": Own(
        named="Qwen2_5OmniProcessor", image_processor="Qwen2VLImageProcessorPil",
        config={"vision_start_token_id": "<vision_bos>", "vision_end_token_id": "<vision_eos>", **MROPE},
    ),
    "qwen3_omni_moe_thinker": Own(
        named="Qwen3OmniMoeProcessor", image_processor="Qwen2VLImageProcessorPil",
        config={"vision_start_token_id": "<vision_bos>", "vision_end_token_id": "<vision_eos>", **DEEPSTACK, **MROPE},
    ),
    "qwen3_vl_moe": Own(image_processor="Qwen2VLImageProcessorPil", config=DEEPSTACK),
    "qwen4_exp": Own(
        config={
            "text_config.indexer_n_heads": 2, "text_config.indexer_kv_heads": 1, "text_config.indexer_head_dim": 16,
            "text_config.indexer_budget": 64, "text_config.indexer_compress_ratio": 4,
        }
    ),
    "vision-encoder-decoder": Own(named="TrOCRProcessor", image_processor="ViTImageProcessorPil"),
}  # fmt: skip

TIMM = ("fast_vlm", "gemma3n", "perception_lm")  # their encoders
NOT_BUILT = {
    "evolla": "it reads proteins, not images, and AutoModelForImageTextToText does not build it",
    "got_ocr2": "it takes 1024x1024 pixels only; its modules are those of pp_chart2table",
    "mistral4": "a language model that reads text only, although transformers lists it here",
}
