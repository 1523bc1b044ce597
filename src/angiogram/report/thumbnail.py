"""Pictures that a document holds as base64 PNG."""

import base64
import re
import struct

SIDE = 256  # pixels of the longer side on the page


def picture(thumbnail: str) -> str | None:
    """The data address of a base64 PNG, None where the text is anything else.

    >>> picture("javascript:alert(1)") is None
    True
    """
    return f"data:image/png;base64,{thumbnail}" if re.fullmatch(r"iVBORw0KGgo[A-Za-z0-9+/]+={0,2}", thumbnail) else None


def shown_size(thumbnail: str, side: int = SIDE) -> tuple[int, int]:
    """Width and height in pixels at which a base64 PNG is shown: its own shape, `side` on the longer side."""
    head = base64.b64decode(thumbnail[:32].ljust(32, "A"))
    width, height = (max(1, pixels) for pixels in struct.unpack(">II", head[16:24]))
    longer = max(width, height)
    return max(1, round(side * width / longer)), max(1, round(side * height / longer))
