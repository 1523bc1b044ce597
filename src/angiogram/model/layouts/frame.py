"""Which part of an image an encoder sees whose processor makes one square tile of it."""

from typing import Any

from angiogram.model.layouts.place import Box


def frame(image_processor: Any, size: tuple[int, int]) -> Box:
    """The tile in the image's own coordinates.

    Most processors stretch the image to the tile. LLaVA's may first pad it to a square (the tile reaches beyond the
    image), and CLIP's scales its short side and cuts out the middle (the tile shows less than the image).

    Args:
        image_processor: a transformers image processor.
        size: (height, width) of the image as it was read.
    """
    padded = (max(size), max(size)) if getattr(image_processor, "do_pad", None) else size
    shown = _shown(image_processor, padded)
    (top, bottom), (left, right) = (_span(*sides) for sides in zip(size, padded, shown, strict=True))
    return top, left, bottom, right


def _span(side: int, padded: int, shown: float) -> tuple[float, float]:
    """Begin and end of the tile, in sides of the image."""
    start = (padded - shown) / 2 - (padded - side) // 2
    return start / side, (start + shown) / side


def _shown(image_processor: Any, size: tuple[int, int]) -> tuple[float, float]:
    """Height and width of what the tile shows, in pixels of an image of this size."""
    if not getattr(image_processor, "do_center_crop", None):
        return size
    crop, scaled = dict(image_processor.crop_size), dict(image_processor.size)
    short = scaled.get("shortest_edge")
    height, width = (short * side / min(size) for side in size) if short else (scaled["height"], scaled["width"])
    return size[0] * crop["height"] / height, size[1] * crop["width"] / width
