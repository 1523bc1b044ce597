"""The one exception that users see.

Every message is a single clear sentence: the bad value, what was allowed, the nearest match where there is one.
The command line prints it without a traceback and exits with status 2.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 160


class InputError(Exception):
    """Something the user gave, or the machine lacks, stops the work; nothing finished is lost."""


def reason_of(error: Exception) -> str:
    r"""What a library says of a failure, fit for a sentence: one line, not endless, no bytes of a file.

    >>> reason_of(ValueError("two\nlines and b'\\x00\\x01'")), reason_of(EOFError())
    ('two lines and other bytes', 'EOFError')
    """
    said = re.sub(r"b(['\"]).*?(\1|$)", "other bytes", " ".join(str(error).split()))
    said = re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", said)
    short = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."
    return short.removesuffix(".") or type(error).__name__


def unknown(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name that is not in a closed set of names.

    >>> str(unknown("probe", "rigde", ["ridge", "logistic"]))
    "There is no probe 'rigde'; known are logistic, ridge; did you mean 'ridge'?"
    """
    names = sorted(known)
    nearest = get_close_matches(name, names, n=1)
    hint = f"; did you mean '{nearest[0]}'?" if nearest else "."
    return InputError(f"There is no {kind} '{name}'; known are {', '.join(names)}{hint}")
