"""What each family's encoder and connector give for one image, called directly."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Seen:
    """Tokens in the model's own order: `[tiles, T, D]`, or `[1, T, D]` for an image in one piece.

    Class tokens and padding are gone.
    """

    blocks: list[Tensor]
    received: Tensor
    connected: Tensor
    deepstack: list[Tensor] = field(default_factory=list)


def class_token_tower(model: Any, inputs: Any) -> Seen:
    """CLIP: the connector reads the block before the last, without the class token."""
    states = model.vision_tower(inputs["pixel_values"].reshape(-1, 3, 56, 56), output_hidden_states=True).hidden_states
    received = states[-2][:, 1:]
    return Seen([s[:, 1:] for s in states[1:]], received, model.multi_modal_projector(received))


def siglip(model: Any, inputs: Any) -> Seen:
    """The connector reads what is behind the final norm."""
    out = model.vision_tower(inputs["pixel_values"], output_hidden_states=True)
    received = out.last_hidden_state
    return Seen(list(out.hidden_states[1:]), received, model.multi_modal_projector(received))


def siglip_tiles(model: Any, inputs: Any) -> Seen:
    """LLaVA-OneVision reads the last block before that norm."""
    states = model.vision_tower(inputs["pixel_values"][0], output_hidden_states=True).hidden_states
    return Seen(list(states[1:]), states[-1], model.multi_modal_projector(states[-1]))


def ours(model: Any, inputs: Any) -> Seen:
    out = model.vision_tower(inputs["pixel_values"], output_hidden_states=True)
    received = out.last_hidden_state[:, 1:]
    return Seen([s[:, 1:] for s in out.hidden_states[1:]], received, model.connector(received, model.config.grid))


def internvl(model: Any, inputs: Any) -> Seen:
    """Blocks of 2 x 2 patches are laid side by side before the connector, row after row."""
    out = model.vision_tower(inputs["pixel_values"], output_hidden_states=True)
    grid = out.last_hidden_state[:, 1:].unflatten(1, (4, 4))  # [tiles, 4, 4, D]
    corners = [grid[:, y::2, x::2] for y in (0, 1) for x in (0, 1)]
    received = torch.cat(corners, dim=-1).flatten(1, 2)
    return Seen([s[:, 1:] for s in out.hidden_states[1:]], received, model.multi_modal_projector(received))


def idefics(model: Any, inputs: Any) -> Seen:
    tiles = inputs["pixel_values"][0]
    seen = torch.ones(len(tiles), 4, 4, dtype=torch.bool)
    out = model.vision_model(tiles, patch_attention_mask=seen, output_hidden_states=True)
    return Seen(list(out.hidden_states[1:]), out.last_hidden_state, model.connector(out.last_hidden_state))


def qwen(model: Any, inputs: Any) -> Seen:
    visual = model.visual
    states = visual(inputs["pixel_values"], inputs["image_grid_thw"], output_hidden_states=True).hidden_states
    sides = [merger(states[1 + k]) for k, merger in enumerate(getattr(visual, "deepstack_merger_list", []))]
    return Seen(
        [s[None] for s in states[1:]], states[-1][None], visual.merger(states[-1])[None], [s[None] for s in sides]
    )


def pixtral(model: Any, inputs: Any) -> Seen:
    sizes = inputs["image_sizes"]
    states = model.vision_tower(inputs["pixel_values"], image_sizes=sizes, output_hidden_states=True).hidden_states
    merging = "patch_merger" in dict(model.multi_modal_projector.named_children())
    connected = (
        model.multi_modal_projector(states[-1][0], sizes)[None] if merging else model.multi_modal_projector(states[-1])
    )
    return Seen(list(states[1:]), states[-1], connected)


def mllama(model: Any, inputs: Any) -> Seen:
    """Block by block: 4 tiles of 16 patches behind a class token, each filled up to 24 tokens.

    As published, only filling and empty tiles do not see each other; the image's own tokens see them, too.
    """
    vision, ratio = model.vision_model, inputs["aspect_ratio_ids"]
    tiles = int(inputs["aspect_ratio_mask"].sum())
    patches = vision.patch_embedding(inputs["pixel_values"][0, 0]).flatten(2).transpose(1, 2)  # [4, 16, D]
    patches = vision.pre_tile_positional_embedding(patches[None], ratio)[0]
    states = torch.cat([vision.class_embedding.expand(4, 1, -1), patches], dim=1)
    states = vision.layernorm_pre(vision.gated_positional_embedding(states[None], ratio)[0])
    states = torch.cat([states, states.new_zeros(4, 7, states.shape[-1])], dim=1)  # [4, 24, D]
    empty = torch.ones(4, 24, dtype=torch.bool)
    empty[:tiles, :17] = False
    apart = empty.flatten()[:, None] & empty.flatten()[None]
    mask = torch.zeros(1, 1, 96, 96).masked_fill(apart, torch.finfo(torch.float32).min)
    local = _through(vision.transformer.layers, states, mask)
    states = vision.post_tile_positional_embedding(vision.layernorm_post(local[-1])[None], ratio)[0]
    whole = _through(vision.global_transformer.layers, states, mask)
    middle = torch.stack([local[i] for i in vision.intermediate_layers_indices], dim=-1).flatten(2)
    received = torch.cat([whole[-1], middle], dim=-1)[:tiles, 1:17]
    blocks = [states[:tiles, 1:17] for states in local + whole]
    return Seen(blocks, received, model.multi_modal_projector(received))


def _through(blocks: Any, states: Tensor, mask: Tensor) -> list[Tensor]:
    """`[4, 24, D]` behind each block; the tiles see each other."""
    seen: list[Tensor] = []
    for block in blocks:
        states = block(states.flatten(0, 1)[None], attention_mask=mask).reshape(states.shape)
        seen.append(states)
    return seen


TOWERS: dict[str, Callable[[Any, Any], Seen]] = {
    "angiogram": ours,
    "llava": class_token_tower,
    "llava_next": class_token_tower,
    "llava_onevision": siglip_tiles,
    "qwen2_vl": qwen,
    "qwen2_5_vl": qwen,
    "qwen3_vl": qwen,
    "gemma3": siglip,
    "internvl": internvl,
    "idefics3": idefics,
    "smolvlm": idefics,
    "paligemma": siglip,
    "mllama": mllama,
    "mistral3": pixtral,
    "pixtral": pixtral,
}
