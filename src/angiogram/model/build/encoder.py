"""The kinds of encoders that a build has, and which of them a configuration means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.build.connectors.patches import Grid
from angiogram.registry import registered

Tokens = Literal["patches", "all"]
TOKENS: tuple[Tokens, ...] = ("patches", "all")

_ROOM = "angiogram.model.build"
ENCODERS = {
    "flat": f"{_ROOM}.encoder_flat:FLAT",
    "slices": f"{_ROOM}.encoder_slices:SLICES",
    "volume": f"{_ROOM}.encoder_volume:VOLUME",
}


@dataclass(frozen=True)
class Encoder:
    """How a kind of encoder lays its patches, and how it is read.

    Attributes:
        grid: (its configuration, side of the input, slices of the input) -> how the patches of one image lie.
        read: (the encoder, `pixel_values`, layer, tokens, patches of an image) -> the tokens that the connector
            receives, `[B, T, D]`; see `encoder_flat.encoder_tokens`.
    """

    grid: Callable[[Any, int, int | None], Grid]
    read: Callable[[Any, Tensor, int | None, Tokens, int], Tensor]


def encoder_of(vision_config: Any, slices: int | None) -> Encoder:
    """A vision model of pictures is run on the picture, or on each slice of a volume; a 3-D one on the whole volume.

    Args:
        vision_config: of the one encoder that a build has.
        slices: of the volumes that the build takes; None where it takes pictures.

    Raises:
        InputError: a 3-D encoder is to be given pictures.
    """
    deep = hasattr(vision_config, "patch_slices")
    if slices is None and deep:
        raise InputError("A 3-D encoder reads volumes; say of how many slices (`slices`).")
    return registered("encoder", "volume" if deep else "flat" if slices is None else "slices", ENCODERS)
