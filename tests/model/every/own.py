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
SEEN = tuple(f"<|visual token {number:06d}|>" for number in range(4))
SOUNDS = {"audio_token": "<audio>", "boa_token": "<boa>", "eoa_token": "<eoa>"}

OWN: dict[str, Own] = {
    "aria": Own(
        config={
            "vision_config.patch_size": 98, "vision_config.image_size": 980,
            "projector_patch_to_query_dict": {25: 4, 100: 4}, "max_value_projector_patch_to_query_dict": 4,
        },
        processor={"size_conversion": {490: 4, 980: 4}},
    ),
    "chameleon": Own(
        config={
            "vocabulary_map": {"<image>": "<image>"} | {f"IMGIMG{'ABCD'[n]}Z": f"<seen {n}>" for n in range(4)},
            "vq_config.num_embeddings": 4, "vq_config.base_channels": 32,
        },
        pixels={"size": {"shortest_edge": 64}, "crop_size": {"height": 64, "width": 64}},
        processor={"image_seq_length": 16}, special=tuple(f"<seen {n}>" for n in range(4)),
    ),
    "cohere2_vision": Own(pixels={"patch_size": 2}),
    "cohere_compass": Own(config={"text_config.rope_parameters": BY_KIND, **DEEPSTACK}),
    "cosmos3_omni": Own(named="Qwen3VLProcessor", config=DEEPSTACK),
    "deepseek_ocr2": Own(
        config={
            "text_config.num_experts_per_tok": 2,
            "text_config.mlp_layer_types": ["dense", "sparse", "sparse"],
            "text_config.n_group": 1,
            "text_config.topk_group": 1,
            "vision_config.sam_config.global_attn_indexes": [],
            "vision_config.sam_config.downsample_channels": [32, 32],
            "vision_config.sam_config.image_size": 1024,
        },
        pixels={"size": {"height": 1024, "width": 1024}},
    ),
    "deepseek_vl": Own(processor={"num_image_tokens": 16}),
    "deepseek_vl_hybrid": Own(
        processor={"num_image_tokens": 16},
        pixels={"high_res_size": {"height": 64, "width": 64}},
        config={"high_res_vision_config.global_attn_indexes": [1], "high_res_vision_config.mlp_dim": 48},
    ),
    "diffusion_gemma": Own(
        image_processor="Gemma4ImageProcessorPil", roles=SOUNDS,
        config=GEMMA4
        | {"text_config.num_experts": 4, "text_config.top_k_experts": 2, "text_config.moe_intermediate_size": 24},
    ),
    "dots3_note": Own(
        named="Dots3NoteProcessor", pixels={"temporal_patch_size": 1},
        config={
            "text_config.num_key_value_heads": 2, "text_config.qk_nope_head_dim": 8, "text_config.qk_rope_head_dim": 8,
            "text_config.head_dim": 16, "vision_config.adapter_in_dim": 32, "vision_config.adapter_out_dim": 32,
            "audio_config.adapter_input_size": 32, "audio_config.adapter_out_dim": 32,
            "text_config.swa_num_attention_heads": 2, "text_config.swa_num_key_value_heads": 2,
            "text_config.swa_q_lora_rank": 32, "text_config.swa_kv_lora_rank": 32, "text_config.swa_head_dim": 16,
            "text_config.swa_qk_nope_head_dim": 8, "text_config.swa_v_head_dim": 16,
        },
    ),
    "emu3": Own(
        config={
            "vocabulary_map": {"<image>": "<image>", "<|extra_200|>": "<|extra_200|>"}
            | {token: token for token in SEEN},
            "vq_config.codebook_size": 4, "vq_config.base_channels": 32, "vq_config.hidden_size": 128,
        },
        pixels={"min_pixels": 4096, "max_pixels": 16384}, special=("<|extra_200|>", *SEEN),
    ),
    "ernie4_5_vl_moe": Own(
        config={
            "text_config.moe_intermediate_size": [24, 24], "text_config.head_dim": 16,
            "text_config.rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [3, 3, 2]},
        }
    ),
    "fast_vlm": Own(
        named="LlavaProcessor", image_processor="CLIPImageProcessorPil",
        config={
            "vision_config.hidden_size": 64,
            "vision_config.model_args": {
                "inference_mode": True, "layers": [1] * 5, "embed_dims": [32] * 5, "mlp_ratios": [2] * 5
            },
        },
        pixels={"size": {"shortest_edge": 256}, "crop_size": {"height": 256, "width": 256}},
        processor={"patch_size": 64, "vision_feature_select_strategy": "full"},
    ),
    "fuyu": Own(
        config={"image_token_id": "|SPEAKER|"}, pixels={"size": {"height": 120, "width": 180}},
        special=("|SPEAKER|", "|NEWLINE|", "<0x04>"), template="",
    ),
    "gemma3n": Own(
        config={
            "vision_config.hidden_size": 2048, "vision_config.model_args": {"channel_multiplier": 0.05},
            "text_config.vocab_size_per_layer_input": 400, "text_config.hidden_size_per_layer_input": 8,
            "text_config.num_kv_shared_layers": 1, "text_config.laurel_rank": 8,
        },
        pixels={"size": {"height": 128, "width": 128}}, roles=SOUNDS,
    ),
    "gemma4": Own(config=GEMMA4, roles=SOUNDS),
    "gemma4_unified": Own(
        config={
            "vision_config": {"mm_embed_dim": 32, "mm_posemb_size": 64, "output_proj_dims": 32},
            "text_config.global_head_dim": 16,
        },
        roles=SOUNDS,
    ),
    "glm46v": Own(config=MROPE),
    "glm4v_moe": Own(image_processor="Glm4vImageProcessorPil", config=MROPE),
    "glm_ocr": Own(named="Glm46VProcessor", image_processor="Glm46VImageProcessorPil", config=HALF),
    "glm5_next": Own(config={"text_config.num_key_value_heads": 2}),
    "glmga": Own(named="Glm46VProcessor", config=HALF),
    "got_ocr2": Own(
        config={"vision_config.image_size": 1024, "vision_config.global_attn_indexes": []},
        pixels={"size": {"height": 1024, "width": 1024}},
    ),
    "granite4_vision": Own(
        config={
            "deepstack_layer_map": [[-2, 1], [-1, 0]], "spatial_target_layers": [2], "downsample_rate": "1/2",
            "vision_config.hidden_size": 64, "vision_config.patch_size": 14, "vision_config.image_size": 56,
            "image_grid_pinpoints": [[56, 56], [56, 112], [112, 56]],
        },
        pixels={"image_grid_pinpoints": [[56, 56], [56, 112], [112, 56]]},
        processor={"patch_size": 14, "vision_feature_select_strategy": "default", "downsample_rate": "1/2"},
    ),
    "granite_docling": Own(processor={"image_seq_len": 1}),
    "hunyuan_vl": Own(
        image="<image_start><image><image_end>",
        config={
            "text_config.head_dim": 16,
            "text_config.rope_parameters": {
                "rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 2, 2, 2]
            },
        },
    ),
    "inkling2": Own(pixels={"size": {"height": 40, "width": 40}}),
    "inkling_mm_model": Own(pixels={"size": {"height": 40, "width": 40}}),
    "kimi_k25": Own(config={"vision_config.pos_emb_width": 64, "text_config.num_key_value_heads": 2}),
    "kosmos-2": Own(named="Kosmos2Processor", unknown="<|endoftext|>"),
    "kosmos-2.5": Own(
        named="Kosmos2_5Processor", template="", roles={"image_token": "<|im_start|>"},
        pixels={"max_patches": 64}, processor={"num_image_tokens": 8},
        config={
            "vision_config.patch_embed_hidden_size": 768, "vision_config.num_attention_heads": 1,
            "vision_config.num_hidden_layers": 2, "latent_query_num": 8, "text_config.layers": 3,
        },
    ),
    "instructblip": Own(roles={"image_token": ""}, image="<image>", processor={"num_query_tokens": 32}),
    "instructblipvideo": Own(image_processor="BlipImageProcessorPil", roles={"video_token": ""}),
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
        pixels={"size": {"longest_edge": 112}},
        config={"vision_config.image_size": 112, "text_config.num_key_value_heads": 2},
    ),
    "molmo2": Own(
        config={
            "adapter_config.vision_feature_layer": [-1, -2], "vision_config.image_size": [56, 56],
            "vision_config.num_position_embeddings": 16, "image_patch_id": "<im_patch>",
            "image_start_token_id": "<im_start>", "image_end_token_id": "<im_end>",
            "low_res_image_start_token_id": "<low_res_im_start>",
        },
        pixels={"size": {"height": 56, "width": 56}, "overlap_margins": [1, 1], "max_crops": 4},
    ),
    "minicpm_ocr": Own(config={"insert_layer_id": 1}),
    "minimax_m3_vl": Own(
        config={"text_config.layer_types": ["full_attention", "minimax_m3_sparse", "minimax_m3_sparse"]},
        image="]<]image[>[", special=("]<]image[>[", "]<]video[>[", "]<]start of image[>[", "]<]end of image[>["),
        pixels={"size": {"shortest_edge": 84**2, "longest_edge": 168**2}},
    ),
    "muse_glimmer": Own(config={"out_hidden_size": 128}),
    "muse_spark": Own(config={"out_hidden_size": 128}),
    "nemotron_h_omni": Own(
        config={"text_config.n_groups": 1}, pixels={"min_num_patches": 16, "max_num_patches": 64}
    ),
    "ovis2": Own(
        config={
            "image_token_id": "<IMG_ATOM>",
            "visual_indicator_token_ids": ["<IMG_START>", "<IMG_GRID>", "<IMG_COL>", "<IMG_ROW>", "<IMG_END>"],
        },
        processor={"image_seq_length": 16},
        special=("<IMG_ATOM>", "<IMG_START>", "<IMG_GRID>", "<IMG_COL>", "<IMG_ROW>", "<IMG_END>"),
    ),
    "paddleocr_vl": Own(config=MROPE),
    "perception_lm": Own(
        config={
            "vision_config": {
                "model_type": "timm_wrapper", "architecture": "vit_pe_core_large_patch14_336",
                "model_args": {
                    "embed_dim": 32, "depth": 3, "num_heads": 2, "img_size": [56, 56], "global_pool": "",
                    "use_post_transformer_norm": False,
                },
            }
        },
        pixels={"tile_size": 56, "max_num_tiles": 4}, processor={"patch_size": 14, "pooling_ratio": 1},
    ),
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
    "step3p7": Own(
        config={
            "vision_config.image_size": 112,
            "text_config.sliding_window": 64,
            "text_config.layer_types": ["full_attention", "sliding_attention", "sliding_attention"],
        },
        pixels={"size": {"height": 112, "width": 112}, "patch_size": 56},
    ),
    "unlimited_ocr": Own(
        config={
            "vision_config.sam_config.image_size": 64,
            "vision_config.sam_config.global_attn_indexes": [1],
            "vision_config.sam_config.downsample_channels": [32, 32],
        },
        pixels={"size": {"height": 128, "width": 128}},
    ),
    "vision-encoder-decoder": Own(named="TrOCRProcessor", image_processor="ViTImageProcessorPil"),
}  # fmt: skip

TIMM = ("fast_vlm", "gemma3n", "perception_lm")  # their encoders
NOT_BUILT = {
    "evolla": "it reads proteins, not images, and AutoModelForImageTextToText does not build it",
    "mistral4": "a language model that reads text only, although transformers lists it here",
}
