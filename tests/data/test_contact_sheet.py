from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made import made_cases
from PIL import Image as Pillow

from angiogram.data.cases import Case, Cases
from angiogram.data.contact_sheet import ClassCount, class_counts, contact_sheet, tile
from angiogram.data.shown import Pictures
from angiogram.imaging.image import BURNED_IN, Image


def test_counts_add_up() -> None:
    cases = made_cases("aabbb", groups=["g", "g", "h", "g", "i"], splits=["train", "test", "train", "train", None])
    assert class_counts(cases) == (ClassCount("a", 1, 1, 0, 1), ClassCount("b", 2, 0, 1, 3))


def test_the_sheet_has_a_row_a_class_and_shows_the_pixels(tmp_path: Path) -> None:
    cases = made_cases(["a"] * 3 + ["b"] * 200)
    contact_sheet(cases, tmp_path / "sheet.png", columns=4)
    with Pillow.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        pixels = np.asarray(sheet)
    flat = pixels.reshape(-1, 3)
    for grey in (0, 1, 2, 3, 202):  # every image of class a, the first and the last of class b
        assert (flat == grey).all(axis=1).sum() >= 112 * 112, grey


def test_four_slices_stand_for_a_volume() -> None:
    volume = np.repeat(np.array([10, 20, 30, 40], np.uint8)[:, None, None], 50, axis=1).repeat(50, axis=2)
    cases = Cases("deep", (Case("0", "0", "a", "0"),), ("a", "b"), lambda _: Image(volume, ()), "Which?")
    shown = np.asarray(tile(cases, cases.rows[0], "auto"))[..., 0]
    assert [int(shown[y, x]) for y in (20, 90) for x in (20, 90)] == [10, 20, 30, 40]


def test_an_unreadable_image_is_a_tile_that_says_so(tmp_path: Path) -> None:
    contact_sheet(made_cases("ab", unreadable=(1,)), tmp_path / "sheet.png")
    with Pillow.open(tmp_path / "sheet.png") as sheet:
        assert (np.asarray(sheet) == 210).all(axis=-1).sum() > 10_000


def test_long_names_stay_in_their_column(tmp_path: Path) -> None:
    contact_sheet(made_cases(["a very long class name that cannot fit beside the pictures", "b"]), tmp_path / "s.png")
    with Pillow.open(tmp_path / "s.png") as sheet:
        assert (np.asarray(sheet)[:118, 147:150] == 255).all()


@pytest.mark.parametrize(("pictures", "shown"), [("auto", {117}), ("all", {117, 118}), ("none", set())])
def test_what_may_name_a_patient_is_not_on_the_sheet(tmp_path: Path, pictures: Pictures, shown: set[int]) -> None:
    plain, burned = (np.full((4, 4), grey, np.uint8) for grey in (117, 118))
    images = {"c0": Image(plain, ()), "c1": Image(burned, (BURNED_IN,))}
    cases = replace(made_cases("ab"), read=lambda case: images[case.id])
    contact_sheet(cases, tmp_path / "sheet.png", pictures=pictures)
    with Pillow.open(tmp_path / "sheet.png") as sheet:
        flat = np.asarray(sheet).reshape(-1, 3)
    whole = {grey for grey in (117, 118) if (flat == grey).all(axis=1).sum() >= 112 * 112}
    assert whole == shown
