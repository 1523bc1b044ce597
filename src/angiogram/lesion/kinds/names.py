"""Class names: the same classes are called by names that the model was not taught."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
import yaml

from angiogram.data.cases import Cases
from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.lesion.lesion import Lesion

UNTAUGHT: frozenset[Fault] = frozenset({"words", "format"})
WHY = "It knows the class, and prefers or says the name that it was taught."


def renamed(cases: Cases, names: Callable[[int, str], str]) -> Cases:
    """The same cases with other names for the same classes, in the same order; `names` is of (index, old name).

    Raises:
        InputError: two classes get the same name.
    """
    spoken = tuple(names(index, name) for index, name in enumerate(cases.classes))
    if len(set(spoken)) < len(spoken):
        twice = next(name for name in spoken if spoken.count(name) > 1)
        raise InputError(f"Two classes would be called '{twice}'; this lesion cannot be planted in these cases.")
    label = dict(zip(cases.classes, spoken, strict=True))
    return replace(cases, classes=spoken, rows=tuple(replace(row, label=label[row.label]) for row in cases.rows))


def misspelt(name: str, rng: np.random.Generator) -> str:
    """Two letters beside each other, drawn, change places in every word of four letters or more.

    >>> misspelt("left lung", np.random.default_rng(0))
    'letf lugn'
    """
    return " ".join(_slip(word, rng) for word in name.split(" "))


def _slip(word: str, rng: np.random.Generator) -> str:
    places = [i for i in range(1, len(word) - 1) if word[i] != word[i + 1]]
    if len(word) < 4 or not places:
        return word
    i = places[int(rng.integers(len(places)))]
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _misspelt(cases: Cases, seed: int) -> Cases:
    rng = np.random.default_rng([seed, len(cases.classes)])
    return renamed(cases, lambda _, name: misspelt(name, rng))


def _reversed(cases: Cases, _: int) -> Cases:
    return renamed(cases, lambda _, name: " ".join(word[::-1] for word in name.split(" ")))


def _codes(cases: Cases, _: int) -> Cases:
    return renamed(cases, lambda index, _: f"code {index + 1:02d}")


def _translated(to: Literal["german", "synonym"]) -> Callable[[Cases, int], Cases]:
    return lambda cases, _: renamed(cases, lambda _, name: _other_name(name, to))


def _other_name(name: str, to: Literal["german", "synonym"]) -> str:
    known = _known().get(name.lower())
    if known is None:
        raise InputError(f"No {to} name is known for the class '{name}'; known are {', '.join(sorted(_known()))}.")
    return known[to]


@cache
def _known() -> dict[str, dict[str, str]]:
    return yaml.safe_load((files("angiogram.lesion.kinds") / "names.yaml").read_text(encoding="utf-8"))


GERMAN = Lesion(
    "names-german", "class names", UNTAUGHT, "tuning", "The classes are called by their German names.", WHY,
    asked=_translated("german"), draws=False, graded=False,
)  # fmt: skip
SYNONYMS = Lesion(
    "names-synonyms", "class names", UNTAUGHT, "tuning", "The classes are called by other words for the same.", WHY,
    asked=_translated("synonym"), draws=False, graded=False,
)  # fmt: skip
CODES = Lesion(
    "names-codes", "class names", UNTAUGHT, "tuning", "The classes are called by numbered codes.", WHY, asked=_codes,
    draws=False, graded=False,
)  # fmt: skip
MISSPELT = Lesion(
    "names-misspelt", "class names", UNTAUGHT, "frozen", "Two letters change places in every word of the class names.",
    WHY, asked=_misspelt, graded=False,
)  # fmt: skip
REVERSED = Lesion(
    "names-reversed", "class names", UNTAUGHT, "frozen", "Every word of the class names is written backwards.", WHY,
    asked=_reversed, draws=False, graded=False,
)  # fmt: skip
