"""Which pictures of cases may be shown to others."""

from typing import Literal

from angiogram.imaging.image import Image

Pictures = Literal["auto", "all", "none"]
"""auto: all but those of which the file says that text is burned into the pixels."""


def is_shown(image: Image, pictures: Pictures) -> bool:
    """Whether this picture may be shown."""
    return pictures == "all" or (pictures == "auto" and not image.may_hold_text)
