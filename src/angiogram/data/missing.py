"""What tables write where a value is missing."""

EMPTY = frozenset({"", "na", "n/a", "nan", "<na>", "nat", "null"})
"""Where a class or a patient is expected, in any case: no name of one."""
NO_VALUE = EMPTY | {"-", "?"}
"""Where anything else is."""


def is_missing(text: str) -> bool:
    """Whether a class or a patient is missing.

    >>> is_missing(" NaN "), is_missing("none")
    (True, False)
    """
    return text.strip().lower() in EMPTY
