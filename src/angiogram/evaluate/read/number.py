"""A number with its unit."""

import re

from angiogram.evaluate.read.reading import Reading, unread

RATIO, PERCENT = "ratio", "%"
_UNIT = (
    r"%|\uff05|\u2030|\u00b0|per[ -]?cent|pct|ratio|degrees?|mmhg|bpm|hu|pixels?|px|inch(?:es)?|cc|"
    r"(?:kilo|centi|milli|micro|nano|deci)?(?:met(?:er|re)s?|grams?|lit(?:er|re)s?)|"
    r"(?:[kcmnd\u00b5\u03bc]|u(?=[mgl]))?[mgl]"
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<number>[-+\u2212]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:e[-+]?\d+)?)(?![.,]?\d)\s*"
    rf"(?P<unit>(?:{_UNIT})(?![a-z])(?:\^?[23\u00b2\u00b3])?(?:\s*/\s*\w+(?:\^?[23\u00b2\u00b3])?)?)?(?!\w|-[a-z])",
    re.I,
)
_BEFORE = re.compile(
    r"(?:[<>\u2264\u2265]=?|\b(?:not|never|below|above|under|over|beyond|exceed(?:s|ing)?|"
    r"(?:less|more|greater|larger|smaller|higher|lower|other) than|at (?:least|most)|up to))\s*$",
    re.I,
)
_SPELT = (
    (r"per[ -]?cent|pct|\uff05", PERCENT), (r"\^?\u00b2|\^2", "2"), (r"\^?\u00b3|\^3", "3"), (r"\u03bc", "\u00b5"),
    (r"kilo", "k"), (r"centi", "c"), (r"milli", "m"), (r"micro|^u(?=[mgl])", "\u00b5"), (r"nano", "n"), (r"deci", "d"),
    (r"met(?:er|re)s?", "m"), (r"grams?", "g"), (r"lit(?:er|re)s?", "l"), (r"^\u00b0$|^degree$", "degrees"),
    (r"^px$|^pixel$", "pixels"), (r"\s", ""),
)  # fmt: skip


def read_number(text: str, finished: bool, unit: str) -> Reading:
    """The only number of an answer, in the unit that was asked for.

    A comma is a decimal one unless three digits follow, which may as well be thousands: that is unparsed. A number
    without a unit is taken to be in the unit asked for. Of a ratio, per cent are hundredths where they are said, and
    only there: "52 %" is 0.52, "52" is 52. A number in any other unit leaves the answer unparsed, for nothing is
    converted. So do two numbers that differ, a bound or a number that is denied ("less than 0.5", "not 0.5"), and an
    answer that was cut off unless it is nothing but the number. What is part of a word ("a 12-hour period") is no
    number.

    >>> [read_number(text, True, "ratio").value for text in ("0.52", "CTR = 52 %", "0.52 cm", "between 0.5 and 0.6")]
    [0.52, 0.52, None, None]
    """
    matches = list(_NUMBER.finditer(text))
    found = {_in_unit(match["number"], match["unit"] or "", unit) for match in matches}
    if len(found) != 1 or None in found or any(_BEFORE.search(text[: match.start()]) for match in matches):
        return unread(text)
    alone = _NUMBER.fullmatch(text.strip().rstrip("."))
    if not alone and not finished:
        return unread(text)
    return Reading(text, "exact" if alone else "mention", value=found.pop())


def _in_unit(number: str, said: str, wanted: str) -> float | None:
    """The number in the unit wanted; None where it is in another, or may be two."""
    if re.search(r",\d{3}$", number):
        return None
    value, said, wanted = float(number.replace(",", ".").replace("\u2212", "-")), _spelt(said), _spelt(wanted)
    if said == PERCENT and wanted == RATIO:
        return round(value / 100, 12)
    return value if said in ("", wanted) else None


def _spelt(unit: str) -> str:
    """A unit by its one spelling.

    >>> _spelt("Millimetres"), _spelt("mm^2"), _spelt("cm\u00b3"), _spelt("per cent")
    ('mm', 'mm2', 'cm3', '%')
    """
    unit = unit.lower()
    for spelling, one in _SPELT:
        unit = re.sub(spelling, one, unit)
    return unit
