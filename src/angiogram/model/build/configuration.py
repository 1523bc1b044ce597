"""The configuration of a model assembled from parts: encoder, connector, LLM."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, ClassVar, cast

import torch
from transformers import AutoConfig, AutoModel, PreTrainedConfig

from angiogram.model.build.connectors.connector import DEFAULT, Connector
from angiogram.model.build.connectors.patches import Grid
from angiogram.model.build.encoder_flat import Tokens, encoder_tokens


class AngiogramConfig(PreTrainedConfig):
    """Encoder, connector and LLM of one `AngiogramForConditionalGeneration`.

    Args:
        vision_config: configuration (or its dictionary) of a vision model of transformers: CLIP, SigLIP, DINOv2, ViT.
        text_config: configuration (or its dictionary) of a causal LLM, e.g. Llama.
        image_size: side of the square input in pixels; the processor resizes to it.
        vision_layer: number of the block after which the encoder is read, from 1, or from the end as -2; None for its
            last state with the norm behind it.
        vision_tokens: "patches" leaves out what stands before them (class, registers), whether there is any or not;
            "all" keeps it, for connectors that do not mind how tokens lie.
        connector: `reduce` and `project`, each with its name and settings; see `connectors.connector`.
        tasks: that a connector's router tells apart, in the order of their numbers.
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
        vision_layer: int | None = None,
        vision_tokens: Tokens = "patches",
        connector: Mapping[str, Any] | None = None,
        tasks: Sequence[str] = ("any",),
        image_token_id: int = 49152,
        **kwargs: Any,  # handed on to transformers
    ) -> None:
        self.vision_config = _as_config(vision_config, "dinov2")
        self.text_config = _as_config(text_config, "llama")
        self.image_size = image_size
        self.vision_layer = vision_layer
        self.vision_tokens = vision_tokens
        self.connector = {part: dict(settings) for part, settings in (connector or DEFAULT).items()}
        self.tasks = list(tasks)
        self.image_token_id = image_token_id
        kwargs.setdefault("tie_word_embeddings", self.text_config.tie_word_embeddings)
        super().__init__(**kwargs)

    def make_connector(self) -> Connector:
        """A connector of this configuration with fresh weights.

        Raises:
            InputError: a name or a setting is not known.
        """
        widths = self.vision_config.hidden_size, self.text_config.hidden_size
        return Connector(*widths, **self.connector, tasks=len(self.tasks))

    @property
    def grid(self) -> Grid:
        """Rows and columns of the encoder's patches."""
        side = self.image_size // self.vision_config.patch_size
        return side, side

    @property
    def image_tokens(self) -> int:
        """Number of image tokens that the LLM sees for one image."""
        with torch.device("meta"):
            grid = self.grid
            if self.vision_tokens == "all":
                tower = AutoModel.from_config(self.vision_config)
                image = torch.empty(1, 3, self.image_size, self.image_size)
                grid = (encoder_tokens(tower, image, None, "all", prod(grid)).shape[1],)
            return prod(self.make_connector().grid_out(grid))


def _as_config(given: PreTrainedConfig | dict[str, Any] | None, default_type: str) -> Any:
    if isinstance(given, PreTrainedConfig):
        return given
    settings = dict(given or {})
    return cast(Any, AutoConfig).for_model(settings.pop("model_type", default_type), **settings)
