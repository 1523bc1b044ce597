"""The one exception that users see.

Every message is a single clear sentence: the bad value, what was allowed, the nearest match where there is one.
The command line prints it without a traceback and exits with status 2.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """Something the user gave, or the machine lacks, stops the work; nothing finished is lost."""


def unknown(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name that is not in a closed set of names.

    >>> str(unknown("probe", "rigde", ["ridge", "logistic"]))
    "There is no probe 'rigde'; known are logistic, ridge; did you mean 'ridge'?"
    """
    names = sorted(known)
    nearest = get_close_matches(name, names, n=1)
    hint = f"; did you mean '{nearest[0]}'?" if nearest else "."
    return InputError(f"There is no {kind} '{name}'; known are {', '.join(names)}{hint}")
