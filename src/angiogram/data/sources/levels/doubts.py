"""Where the names of folders may mean something else, and how to say so: one sentence each."""

from collections.abc import Sequence
from dataclasses import dataclass

from angiogram.data.sources.levels.names import many, measures, parts, persons, plain_numbers, same_words
from angiogram.data.sources.levels.option import FOLDERS, pattern, some
from angiogram.data.sources.sides import is_side, side_word, sides

FEWER = 3


@dataclass(frozen=True)
class Found:
    """What was taken for what.

    Attributes:
        names: of the folders of each level.
        split, chosen, group: the levels of the split, the class and the patient; None where there is none.
    """

    names: Sequence[Sequence[str]]
    split: int | None
    chosen: int
    group: int | None

    @property
    def classes(self) -> Sequence[str]:
        """The names that are taken for classes."""
        return self.names[self.chosen]

    @property
    def option(self) -> str:
        """`--folders` with what was found."""
        return f"{FOLDERS} {pattern(self.split, self.chosen, self.group)}"


def side_doubts(found: Found, telling: Sequence[int]) -> list[str]:
    """Sides of a split among other folders, a second split, and sides whose names hold more."""
    doubts: list[str] = []
    for level in telling:
        names = found.names[level]
        named = [name for name in names if side_word(name)]
        if sides(names) is not None:
            doubts.append(_more_than_sides(found, level))
        elif sides(named) is not None or any(map(is_side, names)):
            other = next((name for name in names if name not in named), None)
            beside = "they are of one side" if other is None else f"'{other}' stands beside them"
            doubts.append(
                f"The folders {some(named)} may be a split, but {beside}; open the folder that holds the split alone, "
                f"or say {FOLDERS} {pattern(found.split, level)} if these are classes."
            )
    return doubts


def _more_than_sides(found: Found, level: int) -> str:
    names = some(found.names[level])
    if level != found.chosen:
        ways = f"{FOLDERS} {pattern(level, found.chosen, found.group)} if they are the split, {found.option} if not"
    else:
        ways = f"{found.option} if they are classes, or bring them as one folder a side with one a class in it"
    what = "sides of a split and more than that" if found.split is None else "sides of a second split"
    return f"The folders {names} name {what}; say {ways}."


def class_doubts(found: Found, words: Sequence[int]) -> list[str]:
    """Folders that may be patients or parts of a download as well, and two levels that may be the classes."""
    names, group, doubts = found.classes, found.group, list[str]()
    if len(words) > 1:
        doubts.append(_two_of_words(found, words[1]))
    elif not words and group is not None and _as_many(found):
        first, second = sorted((found.chosen, group))
        doubts.append(
            f"Both {some(found.names[first])} and {some(found.names[second])} may be classes or patients; say "
            f"{FOLDERS} {pattern(found.split, first, second)} or {pattern(found.split, second, first)}."
        )
    elif same_words(names) and not (plain_numbers(names) and group is not None):
        numbers = "The folders are numbers" if plain_numbers(names) else "No words tell the folders apart"
        may = "classes or patients" if plain_numbers(names) else "classes, patients or parts of a download"
        words_too = " (and their words with --class-names)" if plain_numbers(names) else ""
        doubts.append(
            f"{numbers}, {some(names)}: they may be {may}; say {found.option} if they are classes{words_too}, or bring "
            "a table."
        )
    elif not words and group is None and many(names):
        doubts.append(
            f"There are {len(names)} folders with numbers in their names, {some(names)}: they may be classes or "
            f"patients; say {found.option} if they are classes, or bring a table."
        )
    if (part := parts(names)) and not doubts:
        doubts.append(
            f"By their names the folders {some(part)} may be parts of a download; say {found.option} if they are "
            "classes, or bring a table."
        )
    return doubts


def patient_doubts(found: Found, words: bool, folders: Sequence[tuple[str, ...]]) -> list[str]:
    """Folders that are taken for patients, and may be something else."""
    if found.group is None:
        return []
    names = found.names[found.group]
    if part := parts(names):
        why = f"{some(part)} may be parts of a download"
    elif measures(names):
        why = f"{some(names)} look like measures"
    elif words and not persons(names) and _few_under_most(found, found.group, folders):
        why = f"{some(names)} are few, and most of them stand for several classes"
    else:
        return []
    return [
        f"The folders taken for patients, {why}; say {found.option} if they are patients, {FOLDERS} "
        f"{pattern(found.split, found.chosen)} if they mean nothing."
    ]


def _two_of_words(found: Found, second: int) -> str:
    one, other = found.classes, found.names[second]
    ways = [pattern(found.split, found.chosen, found.group), pattern(found.split, second, found.group)]
    if found.group is None:
        ways.append(pattern(found.split, found.chosen, second))
    return (
        f"Both {some(one)} and, at another level, {some(other)} may be the classes; the first are taken. Say {FOLDERS} "
        f"{', '.join(ways[:-1])} or {ways[-1]}."
    )


def _as_many(found: Found) -> bool:
    """Whether there are about as many classes as patients, and these do not say that they are patients."""
    if found.group is None or persons(found.names[found.group]):
        return False
    return FEWER * len(found.classes) > len(found.names[found.group])


def _few_under_most(found: Found, group: int, folders: Sequence[tuple[str, ...]]) -> bool:
    """Whether the folders are few for patients, and most lie under, or above, several classes."""
    classes: dict[str, set[str]] = {}
    for each in folders:
        classes.setdefault(each[group], set()).add(each[found.chosen])
    crossed = sum(len(under) > 1 for under in classes.values())
    return len(classes) < FEWER * len(found.classes) and crossed > len(classes) / 2
