"""One picture with the pairs of an audit side by side, so that a person can judge them."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from angiogram.data.audit.audit import Audit
from angiogram.data.audit.listing import listed
from angiogram.data.audit.pair import Finding, ListedPair
from angiogram.data.cases import Cases
from angiogram.data.contact_sheet import BACKGROUND, FAINT, GAP, INK, LINE, TILE, fitted, grey, tile
from angiogram.data.shown import Pictures
from angiogram.files import atomic_file

MOST_PAIRS = 40
_WORDS = 360
_HEADINGS: Mapping[Finding, str] = MappingProxyType(
    {
        "leak": "one is tested, the other teaches",
        "labels": "one picture, two labels",
        "joined": "one group",
    }
)


def pair_sheet(audit: Audit, cases: Cases, path: Path, pictures: Pictures = "auto") -> int:
    """Write a PNG with one row a pair, at most 40, worst first: the two pictures, and what they are.

    Returns:
        How many pairs are on it.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    twins = (*audit.leaks, *audit.conflicts, *audit.joined)[:MOST_PAIRS]
    height = TILE + GAP
    size = (2 * (TILE + GAP) + _WORDS + 2 * GAP, max(1, len(twins)) * height + GAP)
    sheet = Pillow.new("RGB", size, grey(BACKGROUND))
    pen = ImageDraw.Draw(sheet)
    for row, (twin, pair) in enumerate(zip(twins, listed(audit, cases), strict=False)):
        top = GAP + row * height
        for column, case in enumerate((twin.case, twin.other)):
            sheet.paste(tile(cases, cases.rows[case], pictures), (GAP + column * (TILE + GAP), top))
        _caption(pen, pair, 2 * (TILE + GAP) + GAP, top)
    if not twins:
        pen.text((GAP, GAP), "No pair to show.", grey(INK), ImageFont.load_default(13))
    with atomic_file(path) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)
    return len(twins)


def _caption(pen: ImageDraw.ImageDraw, pair: ListedPair, left: int, top: int) -> None:
    font, small = ImageFont.load_default(13), ImageFont.load_default(10)
    heading = _HEADINGS[pair.finding]
    amount = "equal pixels" if pair.match == "exact" else f"correlation {pair.correlation:.3f}"
    pen.text((left, top), f"{heading}: {amount}", grey(INK), font)
    lines = ((pair.case, pair.label, pair.image), (pair.other, pair.other_label, pair.other_image))
    for number, (name, label, image) in enumerate(lines):
        y = top + 2 * LINE + number * 3 * LINE
        pen.text((left, y), fitted(pen, f"{name}: {label}", small, _WORDS), grey(INK), small)
        pen.text((left, y + LINE), fitted(pen, image, small, _WORDS), grey(FAINT), small)
