"""Image tokens in the prompt, and the tokens that encoders put before their patches."""

from typing import Any

from torch import Tensor

# Tokens before the first patch, by the vision configuration's model_type; all others have none.
LEADING = {
    "clip_vision_model": 1,
    "dinov2": 1,
    "dinov2_with_registers": 5,
    "internvl_vision": 1,
    "vit": 1,
}


def leading_tokens(model: Any) -> int:
    """Class and register tokens at the head of each of the encoder's tiles."""
    return LEADING.get(model.config.vision_config.model_type, 0)


def image_mask(model: Any, inputs: Any) -> Tensor:
    """`[B, L]`, true where the prompt holds an image token."""
    return inputs["input_ids"] == model.config.image_token_id


def image_counts(model: Any, inputs: Any) -> list[int]:
    """Image tokens of each row."""
    return image_mask(model, inputs).sum(dim=1).tolist()
