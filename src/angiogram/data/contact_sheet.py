"""Counts, and one picture with examples of every class."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from angiogram.data.cases import Case, Cases
from angiogram.data.shown import Pictures, is_shown
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.imaging.strip import strip

TILE, GAP, _MARGIN = 112, 6, 150
LINE = 14
BACKGROUND, INK, FAINT, _MISSING = 255, 0, 96, 210


@dataclass(frozen=True)
class ClassCount:
    """How many cases and groups a class has.

    Attributes:
        label: the class.
        train: cases for training in the set's own split.
        test: cases for testing in it.
        unassigned: cases without a split.
        groups: different groups over all of them.
    """

    label: str
    train: int
    test: int
    unassigned: int
    groups: int


def class_counts(cases: Cases) -> tuple[ClassCount, ...]:
    """Counts of every class, in the order of the classes."""
    splits = Counter((row.label, row.split) for row in cases.rows)
    groups = Counter(label for label, _ in {(row.label, row.group) for row in cases.rows})
    return tuple(
        ClassCount(name, splits[name, "train"], splits[name, "test"], splits[name, None], groups[name])
        for name in cases.classes
    )


def contact_sheet(cases: Cases, path: Path, columns: int = 8, pictures: Pictures = "auto") -> None:
    """Write a PNG with one row a class: up to `columns` examples, evenly spaced through the set, named underneath.

    An image that cannot be read, or is not to be shown, is an empty tile that says so.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    height = TILE + LINE + GAP
    size = (_MARGIN + columns * (TILE + GAP) + GAP, GAP + len(cases.classes) * height)
    sheet = Pillow.new("RGB", size, (BACKGROUND,) * 3)
    pen = ImageDraw.Draw(sheet)
    font, small = ImageFont.load_default(13), ImageFont.load_default(10)
    for row, count in enumerate(class_counts(cases)):
        top = GAP + row * height
        total = count.train + count.test + count.unassigned
        pen.text((GAP, top + TILE // 2 - 16), f"{fitted(pen, count.label, font, _MARGIN - 2 * GAP)}", grey(INK), font)
        pen.text((GAP, top + TILE // 2), f"{total} cases, {count.groups} groups", grey(FAINT), small)
        mine = [case for case in cases.rows if case.label == count.label]
        for column, i in enumerate(
            np.unique(np.linspace(0, len(mine) - 1, columns).round().astype(int)) if mine else []
        ):
            left = _MARGIN + column * (TILE + GAP)
            sheet.paste(tile(cases, mine[i], pictures), (left, top))
            split, group = mine[i].split or "", mine[i].group
            under = group if group.startswith(split) else f"{split} {group}"
            pen.text((left, top + TILE + 1), fitted(pen, under, small, TILE), grey(FAINT), small)
    with atomic_file(path) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)


def grey(level: int) -> tuple[int, int, int]:
    """A grey as Pillow takes it."""
    return (level, level, level)


def tile(cases: Cases, case: Case, pictures: Pictures) -> Pillow.Image:
    """The case's picture, whole, in the middle of a square tile; of a volume four of its slices."""
    square = Pillow.new("RGB", (TILE, TILE), grey(_MISSING))
    try:
        image = cases.read(case)
    except InputError:
        return _saying("not readable", square)
    if not is_shown(image, pictures):
        return _saying("text burned in" if pictures == "auto" else "not shown", square)
    picture = Pillow.fromarray(strip(image, across=2).pixels).convert("RGB")
    scale = TILE / max(picture.size)
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    square.paste(picture, ((TILE - picture.width) // 2, (TILE - picture.height) // 2))
    return square


def _saying(words: str, square: Pillow.Image) -> Pillow.Image:
    ImageDraw.Draw(square).text((GAP, TILE // 2), words, grey(INK), ImageFont.load_default(12))
    return square


def fitted(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    """The text, its middle left out where it is wider than `width` pixels."""
    if pen.textlength(text, font) <= width:
        return text
    for kept in range(len(text) - 1, 1, -1):
        shorter = f"{text[: kept // 2]}...{text[len(text) - (kept - kept // 2) :]}"
        if pen.textlength(shorter, font) <= width:
            return shorter
    return "..."
