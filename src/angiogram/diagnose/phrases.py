"""Accuracies and losses in words that a clinician reads: percent, points, gains turned the right way round."""

from collections.abc import Sequence

from angiogram.diagnose.terms import Mode, StageKey
from angiogram.statistics.interval import Interval

READS: dict[StageKey, str] = {
    "R": "the specialist",
    "V": "a probe at the encoder's end",
    "C": "a probe after the connector",
    "I": "a probe of the best image-token layer",
    "U": "a probe at the last token",
    "S": "the answer by likelihood",
    "G": "the answer in words",
}
WHO: dict[Mode, str] = {
    "vision": "the vision encoder",
    "connector": "the connector",
    "comprehension": "the language model",
    "mapping": "the step from the language model to its answer",
}


def percent(value: float) -> str:
    """A fraction as whole percent.

    >>> percent(0.8249)
    '82 %'
    """
    return f"{round(100 * value) + 0} %"


def points(value: float, digits: int = 0) -> str:
    """A fraction in percentage points, with the word; whole numbers lose their decimals.

    >>> points(0.41), points(0.012, digits=1), points(0.01)
    ('41 points', '1.2 points', '1 point')
    """
    text = number(value, digits)
    return f"{text} point" if text == "1" else f"{text} points"


def number(value: float, digits: int = 0) -> str:
    """A fraction in percentage points without the word.

    >>> number(0.05, digits=1), number(-0.0001), number(0.0254, digits=1)
    ('5', '0', '2.5')
    """
    return f"{round(100 * value, digits) + 0.0:g}"


def span(loss: Interval, digits: int = 0) -> str:
    """The interval of a loss; ends below zero are called gains.

    >>> span(Interval(0.41, 0.36, 0.46)), span(Interval(0.0, -0.02, 0.03)), span(Interval(-0.05, -0.08, -0.02))
    ('36 to 46', 'from a gain of 2 to a loss of 3', '2 to 8')
    """
    low, high = number(loss.low, digits), number(loss.high, digits)
    if float(low) >= 0:
        return f"{low} to {high}"
    if float(high) <= 0:
        return f"{number(-loss.high, digits)} to {number(-loss.low, digits)}"
    return f"from a gain of {number(-loss.low, digits)} to a loss of {high}"


def lost(loss: Interval, digits: int = 1) -> str:
    """A loss or gain with its interval.

    >>> lost(Interval(0.128, 0.091, 0.166)), lost(Interval(-0.05, -0.08, -0.02))
    ('12.8 points are lost (95 % interval 9.1 to 16.6)', '5 points are gained (95 % interval 2 to 8)')
    """
    verb = "gained" if float(number(loss.value, digits)) < 0 else "lost"
    amount = points(abs(loss.value), digits)
    be = "is" if amount.endswith("point") else "are"
    return f"{amount} {be} {verb} (95 % interval {span(loss, digits)})"


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence in a row.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def count(cases: int) -> str:
    """A number of cases, rounded up to two significant digits.

    >>> count(1234), count(87)
    ('1,300', '87')
    """
    unit = 10 ** max(0, len(str(cases)) - 2)
    return f"{-(-cases // unit) * unit:,}"
