"""How classes are spoken: by themselves, or as a file of names says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import yaml

from angiogram.data.cases import Cases
from angiogram.data.sources.spoken import spoken
from angiogram.errors import InputError, unknown
from angiogram.imaging.printable import printable

Words = tuple[str, ...]
_NUMBER = re.compile(r"(?:class |label )?[+-]?\d+(?:\.\d*)?", re.IGNORECASE)


def with_names(cases: Cases, file: Path | None) -> Cases:
    """The same set, its classes named as a person would say them.

    Args:
        cases: with the classes as folders, tables or archives spell them.
        file: a YAML or JSON file that maps a class to its name, or to several words of which the first is its name, for
            some of the classes or for all.

    Raises:
        InputError: the file is no such map, names a class that is not there, or gives two classes one word.
    """
    words: dict[str, Words] = {name: (said,) for name, said in spoken(cases.classes).items()}
    if file is not None:
        words |= _read(file, cases.classes)
        _none_twice(file, words)
    changed = [f"'{name}' as '{words[name][0]}'" for name in cases.classes if words[name][0] != name]
    further = tuple((words[name][0], words[name][1:]) for name in cases.classes if len(words[name]) > 1)
    if not changed and not further:
        return replace(cases, statements=(*cases.statements, *_numbers(cases.classes)))
    said = [f"Classes are asked for in words: {', '.join(changed)}; --class-names gives them other names."]
    counted = [f"as '{name}' also {_listed(others)}" for name, others in further]
    return replace(
        cases,
        rows=tuple(replace(row, label=words[row.label][0]) for row in cases.rows),
        classes=tuple(words[name][0] for name in cases.classes),
        further=further,
        spelt=tuple((name, words[name][0]) for name in cases.classes if words[name][0] != name),
        statements=(
            *cases.statements,
            *(said if changed else []),
            *_numbers([words[name][0] for name in cases.classes]),
            *([f"What counts as a class besides its name: {', '.join(counted)}."] if further else []),
        ),
    )


def _numbers(names: Sequence[str]) -> list[str]:
    """Numbers that a model would be asked for, and how to give them words."""
    numbers = [name for name in names if _NUMBER.fullmatch(name)]
    if not numbers:
        return []
    return [f"The names of {len(numbers)} classes are numbers, such as '{numbers[0]}'; --class-names gives them words."]


def _none_twice(file: Path, words: Mapping[str, Words]) -> None:
    seen: dict[str, str] = {}
    for name, its in words.items():
        for word in its:
            if seen.setdefault(word, name) != name:
                raise InputError(
                    f"'{printable(file)}' (--class-names) gives the word '{word}' to two classes, '{seen[word]}' and "
                    f"'{name}'; a word is one class's."
                )


def _listed(words: Words) -> str:
    return " and ".join(f"'{word}'" for word in words)


def _read(file: Path, classes: tuple[str, ...]) -> Mapping[str, Words]:
    name = printable(file)
    try:
        content: Any = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # all text: `no` is a word, not false
    except FileNotFoundError as error:
        raise InputError(f"There is no file '{name}' (--class-names).") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"'{name}' (--class-names) is not readable as YAML: {reason}.") from error
    if not isinstance(content, dict) or not content:
        raise InputError(f"'{name}' (--class-names) must map each class to a name, a line each like `mel: melanoma`.")
    found = {str(key).strip(): _words(name, key, value) for key, value in cast(dict[Any, Any], content).items()}
    for key in found:
        if key not in classes:
            raise unknown(f"class that '{name}' (--class-names) names", key, classes)
    return found


def _words(file: str, key: object, value: object) -> Words:
    given = cast(list[object], value) if isinstance(value, list) else [value]
    words = tuple(dict.fromkeys(" ".join(word.split()) for word in given if isinstance(word, str)))
    if len(given) == 0 or not all(words) or not all(isinstance(word, str) for word in given):
        raise InputError(
            f"'{file}' (--class-names) gives '{key}' no word; it needs a name such as `mel: melanoma`, or a list such "
            "as `mel: [melanoma, malignant melanoma]`."
        )
    return words
