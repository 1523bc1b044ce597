"""The configuration of a model assembled from parts: encoder, connector, LLM."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, ClassVar, cast

import torch
from transformers import AutoConfig, PreTrainedConfig

from angiogram.errors import InputError, unknown
from angiogram.model.build.connectors.check import check_connector
from angiogram.model.build.connectors.connector import DEFAULT, Connector
from angiogram.model.build.connectors.patches import Grid
from angiogram.model.build.encoder import TOKENS, Encoder, Tokens, encoder_of
from angiogram.model.build.tower import fresh_tower


class AngiogramConfig(PreTrainedConfig):
    """Encoder, connector and LLM of one `AngiogramForConditionalGeneration`.

    Args:
        vision_config: configuration (or its dictionary) of a vision model of transformers: CLIP, SigLIP, DINOv2, ViT;
            or of a `VolumeVit`.
        text_config: configuration (or its dictionary) of a causal LLM, e.g. Llama.
        image_size: side of the square input in pixels; the processor resizes to it.
        slices: of the volumes that the model takes, each read by itself or, by a `VolumeVit`, together; None where it
            takes pictures. A model takes one or the other and has one encoder.
        vision_layer: number of the block after which the encoder is read, from 1, or from the end as -2; None for its
            last state with the norm behind it.
        vision_tokens: "patches" leaves out what stands before them (class, registers), whether there is any or not;
            "all" keeps it, for connectors that do not mind how tokens lie.
        connector: `reduce` and `project`, each with its name and settings; see `connectors.connector`.
        tasks: that a connector's router tells apart, in the order of their numbers.
        image_token_id: placeholder id; at or above the LLM's vocabulary, since its embedding is never looked up.
        head_bias: whether the LLM's head has a bias, as Phi's and GPT-J's do.

    Raises:
        InputError: the encoder has no such block, or there are no such tokens or no such connector.

    >>> AngiogramConfig({"num_hidden_layers": 2}, vision_layer=9)
    Traceback (most recent call last):
    angiogram.errors.InputError: The encoder has no block 9 (vision_layer); its blocks are 1 to 2, or -2 to -1.
    """

    model_type = "angiogram"
    head_bias = False  # not written where it is so: files of builds without one stay byte for byte as they were
    sub_configs: ClassVar[dict[str, Any]] = {  # pyright: ignore[reportIncompatibleMethodOverride] - meant to be set
        "vision_config": AutoConfig,
        "text_config": AutoConfig,
    }

    def __init__(
        self,
        vision_config: PreTrainedConfig | dict[str, Any] | None = None,
        text_config: PreTrainedConfig | dict[str, Any] | None = None,
        image_size: int = 112,
        slices: int | None = None,
        vision_layer: int | None = None,
        vision_tokens: Tokens = "patches",
        connector: Mapping[str, Any] | None = None,
        tasks: Sequence[str] = ("any",),
        image_token_id: int = 49152,
        head_bias: bool = False,
        **kwargs: Any,  # handed on to transformers
    ) -> None:
        self.vision_config = _as_config(vision_config, "dinov2")
        self.text_config = _as_config(text_config, "llama")
        check_tokens(vision_tokens)
        check_connector(DEFAULT if connector is None else connector, len(tasks))
        _check_layer(vision_layer, self.vision_config)
        self.image_size = image_size
        self.slices = slices
        self.vision_layer = vision_layer
        self.vision_tokens = vision_tokens
        self.connector = {
            part: dict(settings) for part, settings in (DEFAULT if connector is None else connector).items()
        }
        self.tasks = list(tasks)
        self.image_token_id = image_token_id
        if head_bias:
            self.head_bias = True
        kwargs.setdefault("tie_word_embeddings", getattr(self.text_config, "tie_word_embeddings", False))
        super().__init__(**kwargs)

    def make_connector(self) -> Connector:
        """A connector of this configuration with fresh weights.

        Raises:
            InputError: a name or a setting is not known.
        """
        widths = self.vision_config.hidden_size, self.text_config.hidden_size
        return Connector(*widths, **self.connector, tasks=len(self.tasks))

    @property
    def encoder(self) -> Encoder:
        """How the encoder is read.

        Raises:
            InputError: it reads volumes, and the model is to take pictures.
        """
        return encoder_of(self.vision_config, self.slices)

    @property
    def grid(self) -> Grid:
        """Rows and columns of the encoder's patches; of volumes slices, rows and columns."""
        return self.encoder.grid(self.vision_config, self.image_size, self.slices)

    @property
    def pixel_shape(self) -> tuple[int, ...]:
        """What the encoder is given of one image: `[C, H, W]`, or `[C, S, H, W]`."""
        side, deep = self.image_size, () if self.slices is None else (self.slices,)
        channels = getattr(self.vision_config, "num_channels", 3)  # BLIP's configurations do not say it
        return channels, *deep, side, side

    @property
    def image_tokens(self) -> int:
        """Number of image tokens that the LLM sees for one image."""
        with torch.device("meta"):
            grid = self.grid
            if self.vision_tokens == "all":
                tower = fresh_tower(self.vision_config)
                grid = (self.encoder.read(tower, torch.empty(1, *self.pixel_shape), None, "all", prod(grid)).shape[1],)
            return prod(self.make_connector().grid_out(grid))


def check_tokens(vision_tokens: Any) -> None:
    """Refuse what is no choice of an encoder's tokens.

    Raises:
        InputError: names the nearest one.
    """
    if vision_tokens not in TOKENS:
        raise unknown("choice of the encoder's tokens (vision_tokens)", str(vision_tokens), TOKENS)


def _check_layer(layer: int | None, vision_config: Any) -> None:
    blocks: int | None = getattr(vision_config, "num_hidden_layers", None)
    if layer is None or blocks is None or 1 <= abs(layer) <= blocks:
        return
    raise InputError(
        f"The encoder has no block {layer} (vision_layer); its blocks are 1 to {blocks}, or -{blocks} to -1."
    )


def _as_config(given: PreTrainedConfig | dict[str, Any] | None, default_type: str) -> Any:
    if isinstance(given, PreTrainedConfig):
        return given
    settings = dict(given or {})
    return cast(Any, AutoConfig).for_model(settings.pop("model_type", default_type), **settings)
