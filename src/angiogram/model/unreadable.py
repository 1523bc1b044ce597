"""What transformers raises for files that it cannot use, and one sentence of what it says."""

import re

from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError

# Also what a number that fits no formula leads to, and a model's own code for a transformers it was not written for.
UNREADABLE = (
    OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, ImportError,
    RuntimeError, SafetensorError, StrictDataclassError,
)  # fmt: skip
_KIND = re.compile(r"^[\w/]*Error: ")


def reason(error: BaseException) -> str:
    """What an error says first, without a full stop; what kind it is where it says nothing.

    >>> reason(KeyError("vocab")), reason(ValueError("No such act.\\nAllowed are:")), reason(AssertionError())
    ("there is no 'vocab'", 'No such act', 'AssertionError')
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    said = lines[0]
    if isinstance(error, StrictDataclassError) and len(lines) > 1:  # the field comes first, then what is wrong with it
        said = f"{said} {_KIND.sub('', lines[1])}"
    if isinstance(error, KeyError):
        said = f"there is no {said}"
    return "".join(letter if letter.isprintable() else " " for letter in said).rstrip(".")
