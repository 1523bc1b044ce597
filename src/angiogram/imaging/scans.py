"""How often a JPEG goes over its pixels: a small file may ask for it so often that decoding takes minutes."""

MAX_SCANS = 100  # a progressive JPEG has about ten
_START = b"\xff\xda"  # of a scan; inside one, 0xFF is followed by a zero


def too_many_scans(stream: bytes) -> str:
    r"""What is wrong with a JPEG that has more scans than are read; empty where it has not.

    >>> too_many_scans(b"\xff\xd8" + 101 * b"\xff\xda")
    'goes over its pixels in 101 scans; at most 100 are read'
    """
    count = stream.count(_START)
    return f"goes over its pixels in {count} scans; at most {MAX_SCANS} are read" if count > MAX_SCANS else ""
