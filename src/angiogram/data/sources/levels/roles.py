"""Which level is the split, which the class and which the patient, by the names of the folders alone."""

from collections.abc import Sequence

from angiogram.data.sources.levels.doubts import Found, class_doubts, patient_doubts, side_doubts
from angiogram.data.sources.levels.names import measures, numbered, parts, persons
from angiogram.data.sources.levels.option import Level
from angiogram.data.sources.mask_names import IMAGES
from angiogram.data.sources.sides import only_sides, sides


def found_roles(
    names: Sequence[Sequence[str]], folders: Sequence[tuple[str, ...]]
) -> tuple[tuple[Level, ...], list[str]]:
    """The meaning of each level, and where another is as likely, one sentence each.

    Classes are words, patients are numbered; where no level is words, classes are few.

    Args:
        names: of the folders of each level, without repeats.
        folders: names of the folders above each image, from the top.
    """
    split = next((i for i, level in enumerate(names) if sides(level) is not None and only_sides(level)), None)
    telling = [i for i, level in enumerate(names) if i != split and len(level) > 1 and not _all_images(level)]
    if not telling:
        return tuple("split" if i == split else "any" for i in range(len(names))), []
    words = [level for level in telling if not numbered(names[level])]
    chosen = words[0] if words else min(telling, key=lambda level: (persons(names[level]), len(names[level])))
    others = [level for level in telling if level not in (*words, chosen)]
    likely = [level for level in others if not parts(names[level]) and not measures(names[level])]
    group = next(iter([*likely, *others]), None)
    found = Found(names, split, chosen, group)
    doubts = [*side_doubts(found, telling), *class_doubts(found, words), *patient_doubts(found, bool(words), folders)]
    meant: dict[int | None, Level] = {split: "split", group: "group", chosen: "class"}
    return tuple(meant.get(i, "any") for i in range(len(names))), doubts


def _all_images(level: Sequence[str]) -> bool:
    return all(name.lower() in IMAGES for name in level)
