"""A number with its unit."""

import re

from angiogram.evaluate.read.reading import Reading, unread

RATIO = "ratio"
_NUMBER = re.compile(
    r"(?<![\w.,])([-+\u2212]?(?:\d+(?:[.,]\d+)?|\.\d+))\s*"
    r"(%|\u00b0|mm\u00b2|cm\u00b2|"
    r"(?:percent|per cent|mm2|cm2|mmhg|mm|cm|m|ml|l|hu|degrees?|mg|g|kg|px|pixels?|inch(?:es)?|bpm)\b)?(?!\w|-[a-z])",
    re.I,
)
_PERCENT = ("%", "percent", "per cent")
_SAME = {"mm\u00b2": "mm2", "cm\u00b2": "cm2", "degree": "degrees", "\u00b0": "degrees"}


def read_number(text: str, finished: bool, unit: str) -> Reading:
    """The only number of an answer, in the unit that was asked for.

    A comma is a decimal one unless three digits follow, which may as well be thousands: that is unparsed. A number
    without a unit is taken to be in the unit asked for. Of a ratio, per cent are hundredths where they are said, and
    only there: "52 %" is 0.52, "52" is 52. A number in any other unit leaves the answer unparsed, for nothing is
    converted. So do two numbers that differ, and an answer that was cut off unless it is nothing but the number. What
    is part of a word ("a 12-hour period") is no number.

    >>> [read_number(text, True, "ratio").value for text in ("0.52", "CTR = 52 %", "0.52 cm", "between 0.5 and 0.6")]
    [0.52, 0.52, None, None]
    """
    found = {_in_unit(match[1], (match[2] or "").lower(), unit.lower()) for match in _NUMBER.finditer(text)}
    if len(found) != 1 or None in found:
        return unread(text)
    alone = _NUMBER.fullmatch(text.strip().rstrip("."))
    if not alone and not finished:
        return unread(text)
    return Reading(text, "exact" if alone else "mention", value=found.pop())


def _in_unit(number: str, said: str, wanted: str) -> float | None:
    """The number in the unit wanted; None where it is in another, or may be two."""
    if re.search(r",\d{3}$", number):
        return None
    value = float(number.replace(",", ".").replace("\u2212", "-"))
    if said in _PERCENT:
        return round(value / 100, 12) if wanted == RATIO else value if wanted in _PERCENT else None
    return value if _SAME.get(said, said) in ("", _SAME.get(wanted, wanted)) else None
