"""The columns that a table brings, and those of the schema that it must bring."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from angiogram.data.annotations.schema import ANSWER, NEEDED, SCHEMA
from angiogram.errors import InputError
from angiogram.imaging.printable import printable

FIELDS = tuple(field.name for field in ANSWER.fields)
"""Of an answer; each may be a column of its own, `label` or `answer.label`."""
KNOWN = (*SCHEMA, *FIELDS, *(f"answer.{name}" for name in FIELDS))
_TELLING = {"task", "prompt", "target"}
_CALLED = {
    "prompt": ("question", "instruction", "query"),
    "target": ("answer", "response", "reference"),
    "image": ("image_path", "path", "file_name"),
    "id": ("question_id", "qid"),
}
"""What tables of others call the columns that are needed."""
_SHOWN = 20


def is_annotations(names: Collection[str]) -> bool:
    """Whether columns are those of an annotation table: it alone has a task, a prompt and a target."""
    return set(names) >= _TELLING


def may_be_annotations(names: Collection[str]) -> bool:
    """Whether two of the three are there, perhaps misspelt or called as others call them."""
    near = nearest(names)
    return sum(each in names or each in near for each in _TELLING) > 1


def nearest(names: Collection[str]) -> dict[str, str]:
    """For columns that are needed and missing, those that may be meant.

    >>> nearest(["id", "image", "question", "targt"])
    {'prompt': 'question', 'target': 'targt'}
    """
    missing = [name for name in NEEDED if name not in names]
    called = {name: next((word for word in _CALLED.get(name, ()) if word in names), None) for name in missing}
    free = [name for name in names if name not in KNOWN and name not in called.values()]
    near = {name: next(iter(get_close_matches(name, free, n=1)), None) for name in missing}
    found = {name: called[name] or near[name] for name in missing}
    return {name: meant for name, meant in found.items() if meant is not None}


def need_columns(names: Collection[str], path: Path) -> None:
    """Refuse a table without the columns that are needed, or with a field of the answer twice.

    Raises:
        InputError: the message names all that are missing, and the nearest columns.
    """
    if missing := [name for name in NEEDED if name not in names]:
        near = nearest(names)
        several = [f"'{near[name]}' for '{name}'" for name in missing if name in near]
        meant = f"'{near[missing[0]]}'" if len(missing) == 1 and near else " and ".join(several)
        hint = f"; did you mean {meant}?" if near else f"; it has {', '.join(list(names)[:_SHOWN])}."
        if len(missing) == 1:
            raise InputError(f"The annotation table '{printable(path)}' has no column '{missing[0]}'{hint}")
        raise InputError(
            f"The annotation table '{printable(path)}' has no columns {', '.join(missing)}, of the needed "
            f"{', '.join(NEEDED)}{hint}"
        )
    for twice in (name for name in FIELDS if name in names and f"answer.{name}" in names):
        raise InputError(f"'{printable(path)}' has the columns '{twice}' and 'answer.{twice}', which are the same.")


def left_out(names: Collection[str]) -> tuple[str, ...]:
    """What is to be said of columns that the schema does not know, which are not kept.

    >>> left_out(["id", "confidense", "age"])
    ("Columns that an annotation table does not have are left out: confidense (did you mean 'confidence'?), age.",)
    """
    strange = [name for name in names if name not in KNOWN]
    if not strange:
        return ()
    free = [name for name in KNOWN if name not in names]
    near = {name: get_close_matches(name, free, n=1, cutoff=0.8) for name in strange}
    said = [f"{name} (did you mean '{near[name][0]}'?)" if near[name] else name for name in strange[:_SHOWN]]
    more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
    return (f"Columns that an annotation table does not have are left out: {', '.join(said)}{more}.",)
