"""What a compressed frame says of itself, asked before a decoder takes memory for it."""

from dataclasses import dataclass

_JPEG_START, _JPEG_END, _J2K_START = b"\xff\xd8", b"\xff\xd9", b"\xff\x4f\xff\x51"
_JP2_BOX = b"\0\0\0\x0cjP  "  # some writers keep the stream in its file format
# Start-of-frame markers of JPEG (ITU-T T.81 table B.1) and JPEG-LS (T.87); the others in their range are no frames.
_FRAMES = (set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}) | {0xF7}
_SCAN = 0xDA


@dataclass(frozen=True)
class Codestream:
    """One frame's own header.

    Attributes:
        rows: of pixels.
        columns: of pixels.
        bits: of a sample.
        ends: whether the end marker is there.
    """

    rows: int
    columns: int
    bits: int
    ends: bool


def read_codestream(frame: bytes) -> Codestream | None:
    r"""The header of a JPEG, JPEG-LS or JPEG 2000 frame; None for other bytes.

    >>> read_codestream(b"\xff\xd8\xff\xc3\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\x00\xff\xd9")
    Codestream(rows=2, columns=3, bits=8, ends=True)
    >>> read_codestream(b"no image") is None
    True
    """
    ends = frame.rstrip(b"\0").endswith(_JPEG_END)
    first = frame.find(_J2K_START) if frame.startswith((_J2K_START, _JP2_BOX)) else -1
    if first >= 0:
        # SIZ: marker, length and capabilities, then the grid's width and height and where the image begins on it.
        width, height, left, top = (_number(frame, first + at, 4) for at in (8, 12, 16, 20))
        bits = 1 + (_number(frame, first + 42, 1) & 0x7F)  # the highest bit says whether they are signed
        return Codestream(height - top, width - left, bits, ends)
    if not frame.startswith(_JPEG_START):
        return None
    at = 2
    while at + 9 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker in _FRAMES:
            return Codestream(_number(frame, at + 5, 2), _number(frame, at + 7, 2), frame[at + 4], ends)
        if marker == _SCAN:
            return None
        at += 1 if marker == 0xFF else 2 + _number(frame, at + 2, 2)  # 0xFF before a marker is filling
    return None


def _number(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "big")
