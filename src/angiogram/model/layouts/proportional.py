"""What holds for any model: its image tokens stand in the prompt, and its stages hold one image after another."""

from collections.abc import Sequence
from typing import Any

from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import everywhere
from angiogram.model.layouts.tokens import image_counts


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """Every stage in proportion to the prompt's image tokens."""
    return Layout(None, None, None, tuple(everywhere(count) for count in image_counts(model, inputs)))
