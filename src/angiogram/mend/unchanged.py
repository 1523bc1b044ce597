"""What of a mended model is as it was, which needs no measuring."""

from collections.abc import Collection

from angiogram.diagnose.phrases import listed
from angiogram.mend.repairs import Repair
from angiogram.train.recipe.settings import PARTS, PartName

_NAMES: dict[PartName, str] = {"encoder": "the encoder", "connector": "the connector", "llm": "the language model"}
_HEAD = (
    "No other weight differs: up to the output head the model is as it was. In other answers, too, the tokens of these "
    "names are now more or less likely."
)


def unchanged(repair: Repair, trained: Collection[PartName]) -> str:
    """One sentence or two.

    Args:
        repair: that was made.
        trained: parts whose weights it may change.

    >>> unchanged("connector-refit", ["connector"])
    'The encoder and the language model are as they were, and so is all that the model says to texts without an image.'
    """
    if repair == "class-words":
        return _HEAD
    left = [_NAMES[part] for part in PARTS if part not in trained]
    if not left:
        return "No part of the model is as it was."
    names = listed(left)
    were = "is as it was" if len(left) == 1 else "are as they were"
    kept = f"{names[0].upper()}{names[1:]} {were}"
    if "llm" in trained:
        return f"{kept}; what the model says to texts without an image may differ."
    return f"{kept}, and so is all that the model says to texts without an image."
