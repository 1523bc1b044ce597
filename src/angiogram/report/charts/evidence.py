"""Evidence over an image: orange where a place speaks for the class, blue where it speaks against it."""

import base64
import io
from collections.abc import Sequence

import numpy as np
import PIL.Image
from markupsafe import Markup
from numpy.typing import NDArray

from angiogram.diagnose.picture.result import EvidenceMap
from angiogram.report.charts.svg import tag

FOR, AGAINST = (255, 140, 0), (40, 150, 255)  # told apart by all kinds of colour vision, and on grey pictures
DENSEST = 0.75  # of the colour over the picture
BEND = 1.5  # weak votes stay clear enough to see the image; the legend bends with them
STEPS = 9  # of the legend
QUANTILE = 0.98  # a few outstanding tokens do not make all the rest pale


def full_colour(maps: Sequence[EvidenceMap], classes: int) -> float:
    """The distance from an even vote at which the maps of one case reach their full colour, the same for all of them.

    At least one part in so many classes: random differences of a few hundredths stay pale.
    """
    distances = [np.abs(np.array(each.raster) - each.even).ravel() for each in maps]
    return max(1 / classes, float(np.quantile(np.concatenate(distances), QUANTILE)))


def overlay(found: EvidenceMap, full: float) -> str:
    """A PNG of the raster to lay over the image, base64, one pixel a cell, clear where the vote is even."""
    pixels = _coloured((np.array(found.raster) - found.even) / full)
    buffer = io.BytesIO()
    PIL.Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def evidence_legend() -> Markup:
    """The colours from against to for."""
    steps = np.linspace(-1, 1, STEPS)
    cells = [
        tag("rect", x=10 * i, y=0, width=10, height=12, fill=f"rgb({r},{g},{b})", fill_opacity=a / 255)
        for i, (r, g, b, a) in enumerate(_coloured(steps[None])[0].tolist())
    ]
    return tag("svg", *cells, width=10 * STEPS, height=12, aria_hidden="true")


def _coloured(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Values from -1 to 1 `[...]` as RGBA `[..., 4]`."""
    held = np.nan_to_num(values).clip(-1, 1)[..., None]
    colours = np.where(held > 0, FOR, AGAINST)
    return np.concatenate([colours, np.abs(held) ** BEND * DENSEST * 255], axis=-1).round().astype(np.uint8)
