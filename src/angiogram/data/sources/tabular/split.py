"""The side of the split that each row of a table is on."""

from collections.abc import Sequence
from pathlib import Path

from angiogram.data.cases import Split
from angiogram.data.sources.sides import WORDS, is_side, sides
from angiogram.data.sources.tabular.contents import Contents
from angiogram.errors import InputError


def split_of(
    contents: Contents, kept: Sequence[int], column: str | None, asked: bool, ignored: bool, path: Path
) -> tuple[dict[int, Split] | None, str]:
    """The side of each kept row, None without a split; and what a reader must know of it.

    Args:
        contents: the table.
        kept: rows that have a class.
        column: that says the side; None where there is none.
        asked: the user has named it, so that it must.
        ignored: the split is not used, so that it need not.
        path: of the table, for messages.

    Raises:
        InputError: the column says something else, and is named or means a split.
    """
    if column is None:
        return None, "The table brings no split of its own."
    values = contents.columns[column]
    words = {values[i] for i in kept}
    found = sides(words)
    if found is not None:
        said = f"; {found.said}" if found.said else ""
        where = contents.split_from or f"the column '{column}'"
        return {i: found.of[values[i]] for i in kept}, f"The split is {where}{said}."
    if not ignored and (asked or any(map(is_side, words))):
        other = sorted(word for word in words if not is_side(word))
        what = f"holds '{other[0]}'" if other else f"holds only '{values[kept[0]]}'"
        raise InputError(
            f"The split column '{column}' of '{path}' {what}; it must say train or test in every row, with both there "
            f"(known are {', '.join(WORDS)}), or --ignore-split leaves it aside."
        )
    return None, f"The column '{column}' does not divide training from test, and is no split here."
