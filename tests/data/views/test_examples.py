"""Dense examples are drawn from the files; what cannot or must not be shown says why."""

import base64
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from tests.data.views.counted import entries, table

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.examples import MOST, SIDE, dense_examples
from angiogram.data.views.pool import read_pool

COUNTS = [[1], [1, 1, 0, 0, 2, 0, 1], [1, 1, 0, 0, 1, 0, 1], [1, 1]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(len(COUNTS)):
        Pillow.fromarray(np.full((300, 600), 20 * i, np.uint8)).save(tmp_path / f"{i}.png")
    return tmp_path


def examples(folder: Path, counts: list[list[int]], pictures: str = "auto"):
    given = table(entries(counts), folder)
    pool = read_pool(given)
    return dense_examples(given, pool.rows, pool.images, pictures)  # type: ignore[arg-type]


def test_the_image_with_most_tasks_then_most_entries_comes_first_with_all_its_entries(folder):
    found = examples(folder, COUNTS)
    assert [each.image for each in found] == ["1.png", "2.png", "3.png", "0.png"]
    assert [each.task for each in found[0].entries] == [ON_IMAGES[0], ON_IMAGES[1], "rec", "rec", "vqa"]
    boxed = found[0].entries[2]
    assert (boxed.id, boxed.box, boxed.target) == ("1-4-0", (0.25, 0.5, 0.75, 1.0), "no")
    assert found[0].entries[0].box is None


def test_thumbnails_are_small_and_of_the_picture(folder):
    first = examples(folder, COUNTS)[0]
    picture = Pillow.open(io.BytesIO(base64.b64decode(first.thumbnail)))
    assert picture.size == (SIDE, SIDE // 2) and (first.width, first.height) == (600, 300)
    assert picture.getpixel((5, 5)) == 20 and not first.hidden


def test_pictures_that_are_not_shown_say_why(folder):
    (folder / "1.png").unlink()
    (folder / "2.png").write_bytes(b"no picture")
    found = examples(folder, COUNTS)
    assert [(each.hidden, each.width) for each in found[:2]] == [("it cannot be read", 0)] * 2
    assert found[2].thumbnail
    assert {each.hidden for each in examples(folder, COUNTS, "none")} == {"it cannot be read", "pictures are left out"}


def test_a_picture_with_text_burned_in_is_hidden_unless_all_are_asked_for(tmp_path):
    files = pytest.importorskip("tests.imaging.dicom.planted_files")
    files.write(tmp_path / "0.dcm", np.zeros((8, 8), np.uint8), BurnedInAnnotation="YES")
    given = table([replace(row, image="0.dcm") for row in entries([[1]])], tmp_path)
    pool = read_pool(given)
    (hidden,), (shown,) = (dense_examples(given, pool.rows, pool.images, which) for which in ("auto", "all"))
    assert (hidden.hidden, hidden.thumbnail) == ("text may be burned into it", "") and shown.thumbnail


def test_there_are_at_most_twelve_with_forty_entries(folder):
    assert len(examples(folder, [[1]] * 30)) == MOST == 12
    found = examples(folder, [[30, 25], [5]])
    assert [(len(each.entries), each.more) for each in found] == [(40, 15), (5, 0)]
    assert [each.id for each in found[0].entries][-1] == "0-1-9"
