"""How classes are spoken: by themselves, or as a file of names says."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from angiogram.data.cases import Cases
from angiogram.data.sources.spoken import spoken
from angiogram.errors import InputError, unknown
from angiogram.imaging.printable import printable


def with_names(cases: Cases, file: Path | None) -> Cases:
    """The same set, its classes named as a person would say them.

    Args:
        cases: with the classes as folders, tables or archives spell them.
        file: a YAML or JSON file that maps a class to its name, for some of the classes or for all.

    Raises:
        InputError: the file is no such map, names a class that is not there, or gives two classes one name.
    """
    names = {**spoken(cases.classes), **({} if file is None else _read(file, cases.classes))}
    changed = [f"'{name}' as '{names[name]}'" for name in cases.classes if names[name] != name]
    if not changed:
        return cases
    words = [names[name] for name in cases.classes]
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise InputError(f"'{file}' (--class-names) gives the name '{twice}' to two classes; a name is one class's.")
    rows = tuple(replace(row, label=names[row.label]) for row in cases.rows)
    said = f"Classes are asked for in words: {', '.join(changed)}; --class-names gives them other names."
    return replace(cases, rows=rows, classes=tuple(words), statements=(*cases.statements, said))


def _read(file: Path, classes: tuple[str, ...]) -> Mapping[str, str]:
    name = printable(file)
    try:
        content: Any = yaml.safe_load(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"There is no file '{name}' (--class-names).") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"'{name}' (--class-names) is not readable as YAML: {reason}.") from error
    if not isinstance(content, dict) or not all(isinstance(word, str) and word.strip() for word in content.values()):
        raise InputError(
            f"'{name}' (--class-names) must map each class to a name, a line each such as `mel: melanoma`."
        )
    found = {str(key): str(word).strip() for key, word in content.items()}
    for key in found:
        if key not in classes:
            raise unknown(f"class that '{name}' (--class-names) names", key, classes)
    return found
