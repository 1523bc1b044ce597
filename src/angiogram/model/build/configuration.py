"""The configuration of a model assembled from parts: encoder, connector, LLM."""

from typing import Any, ClassVar, cast

from transformers import AutoConfig, PreTrainedConfig


class AngiogramConfig(PreTrainedConfig):
    """Encoder, connector and LLM of one `AngiogramForConditionalGeneration`.

    Args:
        vision_config: configuration (or its dictionary) of a ViT-like encoder with a class token, e.g. Dinov2.
        text_config: configuration (or its dictionary) of a causal LLM, e.g. Llama.
        image_size: side of the square input in pixels; the processor resizes to it.
        merge_size: side of the square block of patch tokens that the connector joins into one image token.
        connector_width: hidden width of the connector's MLP.
        image_token_id: placeholder id; at or above the LLM's vocabulary, since its embedding is never looked up.
    """

    model_type = "angiogram"
    sub_configs: ClassVar[dict[str, Any]] = {  # pyright: ignore[reportIncompatibleMethodOverride] - meant to be set
        "vision_config": AutoConfig,
        "text_config": AutoConfig,
    }

    def __init__(
        self,
        vision_config: PreTrainedConfig | dict[str, Any] | None = None,
        text_config: PreTrainedConfig | dict[str, Any] | None = None,
        image_size: int = 112,
        merge_size: int = 2,
        connector_width: int = 576,
        image_token_id: int = 49152,
        **kwargs: Any,  # handed on to transformers
    ) -> None:
        self.vision_config = _as_config(vision_config, "dinov2")
        self.text_config = _as_config(text_config, "llama")
        self.image_size = image_size
        self.merge_size = merge_size
        self.connector_width = connector_width
        self.image_token_id = image_token_id
        kwargs.setdefault("tie_word_embeddings", self.text_config.tie_word_embeddings)
        super().__init__(**kwargs)

    @property
    def image_tokens(self) -> int:
        """Number of image tokens that the LLM sees for one image."""
        return (self.image_size // self.vision_config.patch_size // self.merge_size) ** 2


def _as_config(given: PreTrainedConfig | dict[str, Any] | None, default_type: str) -> Any:
    if isinstance(given, PreTrainedConfig):
        return given
    settings = dict(given or {})
    return cast(Any, AutoConfig).for_model(settings.pop("model_type", default_type), **settings)
