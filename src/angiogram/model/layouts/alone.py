"""Models in which an image's share of a batch is not in proportion to its image tokens, or not in one piece."""

from collections.abc import Sequence
from typing import Any

from angiogram.errors import InputError
from angiogram.model.layouts import proportional
from angiogram.model.layouts.layout import Layout

ONE_BY_ONE = "alone"


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """All of a stage's tokens are the one image's.

    Raises:
        InputError: there are several images.
    """
    if len(sizes) > 1:
        raise InputError(
            "This model mixes the images of a batch in a way that is not known; read them one by one with "
            "--batch-size 1, or name its layout in a YAML file for --anatomy."
        )
    return proportional.layout(model, processor, inputs, sizes)
