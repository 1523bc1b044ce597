"""Folders that some images lie in and others do not."""

from collections.abc import Sequence

from angiogram.data.sources.levels.names import numbered
from angiogram.data.sources.levels.option import FOLDERS, Level, pattern, some
from angiogram.data.sources.mask_names import IMAGES
from angiogram.data.sources.sides import side_word, sides


def deeper_said(folders: Sequence[tuple[str, ...]], shared: int) -> list[str]:
    """One sentence where some images lie in further folders than the `shared` ones of all."""
    further = [name for name in _further(folders, shared) if name.lower() not in IMAGES]
    return [f"Some images lie in further folders, {some(further)}, which mean nothing here."] if further else []


def deeper_doubts(folders: Sequence[tuple[str, ...]], roles: Sequence[Level]) -> list[str]:
    """What these folders may mean: a split, patients, or classes of which there are copies.

    Args:
        folders: names of the folders above each image, from the top.
        roles: of the levels that all images have.
    """
    further = _further(folders, len(roles))
    if not further or "class" not in roles:
        return []
    of_class = roles.index("class")
    classes = {each[of_class] for each in folders}
    split, group = (roles.index(role) if role in roles else None for role in ("split", "group"))
    option = f"{FOLDERS} {pattern(split, of_class, group)}"
    copies = sorted({
        (each[of_class], name)
        for each in folders
        for name in each[len(roles) :]
        if name in classes and name != each[of_class]
    })  # fmt: skip
    if copies:
        return [
            _copies(sorted({holder for holder, _ in copies}), sorted({name for _, name in copies}), classes, option)
        ]
    if sides(named := [name for name in further if side_word(name)]) is not None and "split" not in roles:
        what, further = "a split", named
    elif "group" not in roles and numbered(further):
        what = "patients"
    else:
        return []
    return [
        f"Some images lie in further folders such as {some(further)}, which may be {what}, and others do not; bring "
        f"all to one depth, or say {option} if these mean nothing."
    ]


def _copies(holders: Sequence[str], names: Sequence[str], classes: set[str], option: str) -> str:
    left = "" if len(classes) - len(holders) < 2 else f", {option} --leave-out {' '.join(map(_typed, holders))} if not"
    return (
        f"In {some(holders)} lie folders that are named as classes are, {some(names)}, and may be copies of them; say "
        f"{option} if {some(holders)} {'is a class' if len(holders) == 1 else 'are classes'}{left}."
    )


def _typed(name: str) -> str:
    return f"'{name}'" if " " in name else name


def _further(folders: Sequence[tuple[str, ...]], shared: int) -> list[str]:
    return sorted({name for each in folders for name in each[shared:]})
