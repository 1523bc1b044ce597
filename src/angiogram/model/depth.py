"""Whether a model takes pictures or volumes, and images of that kind."""

from collections.abc import Sequence
from typing import Any

from angiogram.errors import InputError
from angiogram.imaging.depth import repeated
from angiogram.imaging.image import Image


def slices_of(processor: Any) -> int | None:
    """How many slices the volumes have that a model takes; None where it takes pictures, as all published ones do.

    Args:
        processor: of the model; one that takes volumes says so by an attribute `slices`.
    """
    slices: int | None = getattr(processor, "slices", None)
    return slices


def check_depth(processor: Any, images: Sequence[Image]) -> None:
    """Pass over images of the kind that the model takes in silence.

    Raises:
        InputError: one is of the other kind.
    """
    slices = slices_of(processor)
    for image in images:
        if slices is None and image.slices is not None:
            raise InputError(
                f"The model takes pictures, and this is a volume of {image.slices} slices; where it is read with "
                "--slice all (in Python slice='all'), leave that out, and one slice is shown."
            )
        if slices is not None and image.slices is None:
            raise InputError(
                f"The model takes volumes, which it resamples to {slices} slices, and this is a picture; where it is "
                "cut from a volume, --slice all (in Python slice='all') takes the whole."
            )


def in_kind(processor: Any, picture: Image) -> Image:
    """A picture that was drawn to try a model, in the form that it takes: as it is, or as every slice of a volume."""
    slices = slices_of(processor)
    return picture if slices is None else repeated(picture, slices)
