"""Tiny checkpoints of transformers families that have no family file here, and that differ from each other."""

from collections.abc import Callable
from pathlib import Path

from transformers import (
    BlipImageProcessorPil,
    CLIPImageProcessorPil,
    Glm4vImageProcessorPil,
    GotOcr2ImageProcessorPil,
    Idefics2ImageProcessorPil,
    JanusImageProcessorPil,
)

from tests.model.tiny.llava import CLIP, PATCHES, SHORT, SQUARE, VICUNA
from tests.model.tiny.text import CHATML, tiny_tokenizer
from tests.model.tiny.write import LLM, TOWER, ids, write_model, write_processor

ENDS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def write_vipllava(folder: Path) -> None:
    """LLaVA-like: the connector reads three blocks at once, the last of them not among them."""
    tokenizer = tiny_tokenizer(["<pad>", "<s>", "</s>", "<image>"], bos="<s>", eos="</s>", pad="<pad>")
    write_model(
        folder, "vipllava", tokenizer, vision_config={**CLIP, "num_hidden_layers": 4},
        text_config={"model_type": "llama", **LLM, **ids(tokenizer)}, vision_feature_layers=[-2, -3, 1],
        vision_feature_layer=[-2, -3, 1], image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    image_processor = CLIPImageProcessorPil(size=SHORT, crop_size=SQUARE)
    write_processor(folder, "LlavaProcessor", image_processor, tokenizer, VICUNA, **PATCHES)


def write_aya_vision(folder: Path) -> None:
    """Tiles like InternVL's, SigLIP, pixel shuffle inside a gated connector, and the Cohere 2 LLM."""
    named = ["<image>", "<|START_OF_IMG|>", "<|END_OF_IMG|>", "<|IMG_PATCH|>", "<|IMG_LINE_BREAK|>", "TILE_GLOBAL"]
    tiles = [*(f"TILE_{number}" for number in range(1, 13)), "TILE"]
    tokenizer = tiny_tokenizer([*ENDS, *named, *tiles], eos="<|im_end|>", pad="<|endoftext|>")
    write_model(
        folder, "aya_vision", tokenizer,
        vision_config={"model_type": "siglip_vision_model", "vision_use_head": False, **TOWER},
        text_config={"model_type": "cohere2", **LLM, **ids(tokenizer), "sliding_window": 16},
        vision_feature_select_strategy="full", vision_feature_layer=-1, downsample_factor=2,
        adapter_layer_norm_eps=1e-6, image_token_index=tokenizer.convert_tokens_to_ids("<|IMG_PATCH|>"),
    )  # fmt: skip
    image_processor = GotOcr2ImageProcessorPil(size=SQUARE, crop_to_patches=True, max_patches=4)
    write_processor(
        folder, "AyaVisionProcessor", image_processor, tokenizer, CHATML.replace("IMAGE", "<image>"), patch_size=14,
        img_size=56, downsample_factor=2,
    )  # fmt: skip


def write_blip_2(folder: Path) -> None:
    """A Q-Former with 8 queries, then a linear layer, before OPT, which adds positions to the words."""
    tokenizer = tiny_tokenizer([*ENDS, "<image>"], bos="<|endoftext|>", eos="<|im_end|>", pad="<|endoftext|>")
    text = {
        "model_type": "opt", **ids(tokenizer), "hidden_size": 32, "ffn_dim": 48, "num_hidden_layers": 3,
        "num_attention_heads": 2, "word_embed_proj_dim": 32, "max_position_embeddings": 256,
    }  # fmt: skip
    qformer = {
        "hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2,
        "encoder_hidden_size": 32, "cross_attention_frequency": 2, "vocab_size": 8,
    }  # fmt: skip
    write_model(
        folder, "blip-2", tokenizer, vision_config={**TOWER, "hidden_act": "gelu"}, qformer_config=qformer,
        text_config=text, num_query_tokens=8, image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    question = "Question: {{ messages[0]['content'][-1]['text'] }} Answer:"
    write_processor(
        folder, "Blip2Processor", BlipImageProcessorPil(size=SQUARE), tokenizer, question, num_query_tokens=8
    )


def write_idefics2(folder: Path) -> None:
    """A perceiver resampler with 4 latents, whose blocks begin with queries and not with the image."""
    special = [*ENDS, "<fake_token_around_image>", "<image>", "<end_of_utterance>"]
    tokenizer = tiny_tokenizer(
        special, eos="<|im_end|>", pad="<|endoftext|>", image_token="<image>",
        image_boundary_token="<fake_token_around_image>",
    )  # fmt: skip
    perceiver = {
        "resampler_n_latents": 4, "resampler_depth": 2, "resampler_n_heads": 2, "resampler_head_dim": 16,
        "num_key_value_heads": 1, "hidden_size": 32,
    }  # fmt: skip
    write_model(
        folder, "idefics2", tokenizer, vision_config={**TOWER, "image_size": 112}, perceiver_config=perceiver,
        text_config={"model_type": "mistral", **LLM, **ids(tokenizer)},
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    image_processor = Idefics2ImageProcessorPil(
        size={"shortest_edge": 56, "longest_edge": 112}, do_image_splitting=False
    )
    write_processor(
        folder, "Idefics2Processor", image_processor, tokenizer, CHATML.replace("IMAGE", "<image>"), image_seq_len=4
    )


def write_glm4v(folder: Path) -> None:
    """One flat patch axis; a strided convolution and then a merger make one token of four patches."""
    special = [
        *ENDS, "<|image|>", "<|video|>", "<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>",
        "<|end_of_video|>",
    ]  # fmt: skip
    tokenizer = tiny_tokenizer(
        special, eos="<|im_end|>", pad="<|endoftext|>", image_token="<|image|>", video_token="<|video|>"
    )
    token = tokenizer.convert_tokens_to_ids
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 2, 2], "partial_rotary_factor": 1.0}
    vision = {
        "depth": 3, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2, "out_hidden_size": 32,
        "patch_size": 14, "image_size": 56, "spatial_merge_size": 2, "temporal_patch_size": 2,
    }  # fmt: skip
    write_model(
        folder, "glm4v", tokenizer, vision_config=vision,
        text_config={**LLM, **ids(tokenizer), "rope_parameters": rope},
        image_token_id=token("<|image|>"), video_token_id=token("<|video|>"),
        image_start_token_id=token("<|begin_of_image|>"), image_end_token_id=token("<|end_of_image|>"),
        video_start_token_id=token("<|begin_of_video|>"), video_end_token_id=token("<|end_of_video|>"),
    )  # fmt: skip
    image_processor = Glm4vImageProcessorPil(
        patch_size=14, size={"shortest_edge": 2 * 84**2, "longest_edge": 2 * 168**2}
    )
    template = CHATML.replace("IMAGE", "<|begin_of_image|><|image|><|end_of_image|>")
    write_processor(folder, "Glm4vProcessor", image_processor, tokenizer, template)


def write_janus(folder: Path) -> None:
    """A model that also draws: its second, discrete encoder is not called for a question. Always 576 image tokens."""
    special = [*ENDS, "<image_placeholder>", "<begin_of_image>", "<end_of_image>"]
    tokenizer = tiny_tokenizer(
        special, bos="<|im_start|>", eos="<|im_end|>", pad="<|endoftext|>", image_token="<image_placeholder>",
        boi_token="<begin_of_image>", eoi_token="<end_of_image>",
    )  # fmt: skip
    vision = {
        **TOWER, "image_size": 96, "patch_size": 4, "mlp_ratio": 1.5, "projection_dim": 32, "num_image_tokens": 576,
        "depth": 2, "hidden_dropout_rate": 0.0,
    }  # fmt: skip
    drawing = {
        "embed_dim": 8, "num_embeddings": 16, "latent_channels": 8, "base_channels": 32, "channel_multiplier": [1],
        "num_res_blocks": 1, "num_hidden_layers": 1, "hidden_size": 32, "projection_dim": 32, "num_patches": 4,
        "image_token_embed_dim": 32,
    }  # fmt: skip
    write_model(
        folder, "janus", tokenizer, vision_config=vision, vq_config=drawing,
        text_config={"model_type": "llama", **LLM, **ids(tokenizer)},
        image_token_id=tokenizer.convert_tokens_to_ids("<image_placeholder>"),
    )  # fmt: skip
    image_processor = JanusImageProcessorPil(size={"height": 96, "width": 96}, min_size=14)
    template = CHATML.replace("IMAGE", "<image_placeholder>")
    write_processor(folder, "JanusProcessor", image_processor, tokenizer, template)


UNKNOWN: dict[str, Callable[[Path], None]] = {
    "vipllava": write_vipllava,
    "aya_vision": write_aya_vision,
    "blip-2": write_blip_2,
    "idefics2": write_idefics2,
    "glm4v": write_glm4v,
    "janus": write_janus,
}
