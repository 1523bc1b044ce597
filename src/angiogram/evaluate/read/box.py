"""A box in words, and how an answer that names one is counted."""

from angiogram.data.annotations.boxes import read_box, spoken
from angiogram.evaluate.read.reading import Reading, unread


def read_place(text: str) -> Reading:
    """The only box of an answer, written as `data.annotations.boxes` says; anything else is unparsed.

    >>> read_place("[12, 30, 55, 80]").box, read_place("At [55, 30, 12, 80]").box
    ((0.12, 0.3, 0.55, 0.8), None)
    """
    box = read_box(text)
    if box is None:
        return unread(text)
    alone = text.strip().rstrip(".").replace(" ", "") == spoken(box).replace(" ", "")
    return Reading(text, "exact" if alone else "mention", box=box)
