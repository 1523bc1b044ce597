"""The patient of each row of a table."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from angiogram.data.missing import is_missing
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.patients import grouped, proposal
from angiogram.data.sources.salt import salt_of, short_name
from angiogram.data.sources.tabular.columns import Columns
from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.personal import is_register
from angiogram.errors import InputError


def groups_of(
    contents: Contents,
    kept: Sequence[int],
    roles: Columns,
    ids: Mapping[int, str],
    options: SourceOptions,
    cache: Path,
) -> tuple[dict[int, str | None] | None, list[str]]:
    """The patient of each kept row, None where it is not known; and what a reader must know of it.

    Raises:
        InputError: a column and a pattern are named, the pattern does not fit, or the cache cannot be written.
    """
    pattern, names = options.group_pattern, list(ids.values())
    if pattern is not None and options.table.group:
        raise InputError("Either --group-column or --group-pattern says what the patient is, not both.")
    if pattern is not None:
        found, said = grouped(names, pattern)
        return dict(zip(kept, found, strict=True)), [said]
    if not roles.group:
        unknown = "Patients are unknown: each image is its own group, so one patient's may be on both sides."
        return None, [unknown, *filter(None, [proposal(names)])]
    values = [contents.columns[name] for name in roles.group]
    joined = {i: None if any(is_missing(v[i]) for v in values) else ", ".join(v[i] for v in values) for i in kept}
    plural = "s" if len(roles.group) > 1 else ""
    columns = " and ".join(f"'{name}'" for name in roles.group)
    said = f"Groups are the column{plural} {columns}{', joined' if plural else ''}"
    if any(map(is_register, roles.group)):
        salt = salt_of(cache)
        joined = {i: name and short_name("patient", name, salt) for i, name in joined.items()}
        said += ", under names that say nothing"
    alone = sum(group is None for group in joined.values())
    return joined, [f"{said}; {alone} rows name none, and are a group each." if alone else f"{said}."]
