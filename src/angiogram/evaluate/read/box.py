"""A box in words, and how an answer that names one is counted."""

import re

from angiogram.answer.parse import NEGATIONS, normalise
from angiogram.data.annotations.boxes import read_box, spoken
from angiogram.evaluate.read.reading import Reading, unread

_IN_PIXELS = re.compile(r"\bpixels?\b|\bpx\b|\d\s*[x\u00d7]\s*\d", re.I)


def read_place(text: str, finished: bool) -> Reading:
    """The only box of an answer, written as `data.annotations.boxes` says; anything else is unparsed.

    So is one beside a negation or in pixels, and one in an answer that was cut off, unless it is nothing but the box.

    >>> read_place("[12, 30, 55, 80]", True).box, read_place("At [55, 30, 12, 80]", True).box
    ((0.12, 0.3, 0.55, 0.8), None)
    """
    box = read_box(text)
    if box is None:
        return unread(text)
    alone = text.strip().rstrip(".").replace(" ", "") == spoken(box).replace(" ", "")
    doubtful = not finished or _IN_PIXELS.search(text) or NEGATIONS & set(normalise(text).split())
    if doubtful and not alone:
        return unread(text)
    return Reading(text, "exact" if alone else "mention", box=box)
