"""Numbers as people read them: percentages, points, intervals, in words that say which way is worse."""

import math
import re
import textwrap

from angiogram.statistics.interval import Interval

DASH = "\u2013"
MINUS = "\u2212"
NOT_KNOWN = DASH
SPACE = "\u00a0"  # keeps a number and its sign on one line


def known(value: float | None) -> bool:
    """Whether there is a finite number."""
    return value is not None and math.isfinite(value)


def percent(value: float | None, digits: int = 1) -> str:
    """A fraction as a percentage.

    >>> percent(0.8137).replace(SPACE, " "), percent(-0.05, 0).replace(SPACE, " "), percent(None)
    ('81.4 %', '−5 %', '–')
    """
    return NOT_KNOWN if value is None or not math.isfinite(value) else f"{number(value * 100, digits)}{SPACE}%"


def number(value: float | None, digits: int = 3) -> str:
    """A plain number with a real minus sign.

    >>> number(-0.25, 2), number(float("nan"))
    ('−0.25', '–')
    """
    if value is None or not math.isfinite(value):
        return NOT_KNOWN
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", MINUS)


def points(value: float | None) -> str:
    """A fraction in percentage points.

    >>> points(-0.1234), points(-0.0001)
    ('−12.3', '0.0')
    """
    return NOT_KNOWN if value is None else number(value * 100, 1)


def round_points(value: float) -> str:
    """A fraction in points without needless digits, for axes and margins.

    >>> round_points(0.05), round_points(-0.025)
    ('5', '−2.5')
    """
    return f"{round(value * 100, 1) + 0.0:g}".replace("-", MINUS)


def percent_interval(interval: Interval | None) -> str:
    """An accuracy with its interval.

    >>> percent_interval(Interval(0.8137, 0.78, 0.85)).replace(SPACE, " ")
    '81.4 % (78.0 to 85.0)'
    """
    if interval is None or not known(interval.value):
        return NOT_KNOWN
    return f"{percent(interval.value)} ({points(interval.low)} to {points(interval.high)})"


def points_interval(interval: Interval | None) -> str:
    """A signed difference in points with its interval.

    >>> points_interval(Interval(0.07, -0.01, 0.15))
    '+7.0 (−1.0 to 15.0)'
    """
    if interval is None or not known(interval.value):
        return NOT_KNOWN
    sign = "+" if round(interval.value, 3) > 0 else ""
    return f"{sign}{points(interval.value)} ({points(interval.low)} to {points(interval.high)})"


def score_interval(interval: Interval | None) -> str:
    """A score as a plain number with its interval.

    >>> score_interval(Interval(0.5, 0.25, 0.75)), score_interval(Interval(0.5, math.nan, math.nan))
    ('0.500 (0.250 to 0.750)', '0.500 (one group)')
    """
    if interval is None or not known(interval.value):
        return NOT_KNOWN
    if not (known(interval.low) and known(interval.high)):
        return f"{number(interval.value)} (one group)"
    return f"{number(interval.value)} ({number(interval.low)} to {number(interval.high)})"


def score_change(interval: Interval | None) -> str:
    """A difference of two scores with its sign.

    >>> score_change(Interval(0.25, 0.125, 0.5))
    '+0.250 (0.125 to 0.500)'
    """
    sign = "+" if interval is not None and known(interval.value) and round(interval.value, 3) > 0 else ""
    return f"{sign}{score_interval(interval)}"


def change(loss: Interval | None, unit: str = " points") -> str:
    """A loss in words; a negative loss is a gain, and its interval turns with it.

    >>> change(Interval(0.124, 0.09, 0.16))
    'loses 12.4 points (9.0 to 16.0)'
    >>> change(Interval(-0.021, -0.05, 0.01), unit="")
    'gains 2.1 (−1.0 to 5.0)'
    """
    if loss is None or not known(loss.value):
        return NOT_KNOWN
    if is_gain(loss):
        return f"gains {points(-loss.value)}{unit} ({points(-loss.high)} to {points(-loss.low)})"
    return f"loses {points(loss.value)}{unit} ({points(loss.low)} to {points(loss.high)})"


def is_gain(loss: Interval) -> bool:
    """Whether accuracy rises by at least what the page prints as 0.1 points."""
    return loss.value < -0.0005


def p_value(value: float | None) -> str:
    """A p value.

    >>> [p_value(p).replace(SPACE, " ") for p in (0.00004, 0.0312, 1.0)]
    ['p < 0.001', 'p = 0.031', 'p > 0.999']
    """
    if value is None or not math.isfinite(value):
        words = NOT_KNOWN
    elif value < 0.001:
        words = "< 0.001"
    else:
        words = "> 0.999" if value > 0.999 else f"= {value:.3f}"
    return f"p {words}".replace(" ", SPACE)


def together(text: str) -> str:
    """A sentence whose numbers never part from their percent sign at a line's end."""
    return re.sub(r"(?<=\d) (?=%)", SPACE, text)


def two_lines(text: str, length: int, widest: int | None = None) -> list[str]:
    """Words on one line of `length` characters, or on two; what does not fit is cut and marked.

    Of two lines the first may be as long as `widest` where the second would not fit otherwise.

    >>> two_lines("lost in the image tokens", 14)
    ['lost in the', 'image tokens']
    >>> two_lines("encoded but not routed to the last token", 20, widest=36)
    ['encoded but not routed', 'to the last token']
    """
    text = " ".join(text.split())
    if len(text) <= length:
        return [text]
    first, rest = "", ""
    for room in range(length, (widest or length) + 1):
        first = textwrap.wrap(text, room)[0]
        rest = text[len(first) :].strip()
        if len(rest) <= length:
            break
    return [first, shorten(rest, length)]


def shorten(text: str, length: int) -> str:
    """At most `length` characters, the cut marked.

    >>> shorten("right upper lobe of the lung", 12)
    'right upper…'
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
