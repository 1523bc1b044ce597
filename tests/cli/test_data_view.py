"""`angiogram data view` as users type it."""

import json
import subprocess
import sys

import pytest

from angiogram.data.annotations.table import read_annotations, write_annotations
from tests.data.annotations.entries import entry
from tests.data.views.counted import entries, table


@pytest.fixture
def path(tmp_path):
    rows = [*entries([[1, 1, i % 2] for i in range(12)], split="train"), entry(90, "text_qa"), entry(91, target="")]
    write_annotations(table(rows, tmp_path), tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


def test_both_views_are_written_and_told(path, tmp_path, in_process):
    status, said, steps = in_process("data", "view", path, "--out", tmp_path / "views")
    assert [line.split("] ")[1].split(":")[0] for line in steps.splitlines()] == [
        "reading and checking 't.parquet'", "matching", "drawing and counting",
    ]  # fmt: skip
    lines = said.splitlines()
    assert status == 0 and lines[-1] == str(tmp_path / "views" / "view.html")
    assert "- Made by a test." in lines
    assert "- 1 of 32 rows break a rule of the schema and are set aside." in lines
    assert "- 1 of 32 entries have no image." in lines
    assert "- Row 32 ('e91'): the target is empty." in lines
    (found,) = [line for line in lines if line.startswith("- Image-centric: ")]
    assert found.endswith(
        "of the 12 images with at least 2 tasks, the most with which the scattered view needs one task of each."
    )
    assert any(line.startswith("- Scattered: ") and line.endswith(" images, each for one task.") for line in lines)
    sizes = {
        name: read_annotations(tmp_path / "views" / f"{name}.parquet").entries.collect().height
        for name in ("image_centric", "scattered")
    }
    assert sizes["image_centric"] == sizes["scattered"] > 0
    assert json.loads((tmp_path / "views" / "view.json").read_text())["table"] == "t.parquet"
    assert "Made by a test." in (tmp_path / "views" / "view.html").read_text("utf-8")
    assert in_process("data", "view", path, "--out", tmp_path / "views", "--seed", 1)[0] == 0  # takes its place


def test_a_draw_that_needs_more_tasks_of_an_image_says_how_few_it_could_be(path, tmp_path, in_process):
    status, said, _ = in_process("data", "view", path, "--out", tmp_path / "views", "--images", 12)
    assert status == 0
    assert "each for at most 3 tasks; 18 of them are beyond an image's first. No draw of this size does with" in said


def test_without_a_folder_the_table_is_counted(path, tmp_path, in_process):
    status, said, _ = in_process("data", "view", path)
    assert status == 0 and "2.50 (2.5)" in said and "images with both tasks, all splits" in said
    assert [each.name for each in tmp_path.iterdir()] == ["t.parquet"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--images", "40"), "angiogram: 12 images have at least 2 tasks each, so --images is from 1 to 12, not 40;"),
        (
            ("--split", "test"),
            "angiogram: 't.parquet' has no entry on an image in the split 'test'; its splits are train.",
        ),
        (("--tasks", "4"), "angiogram: No choice of images has at least 4 tasks each: use --tasks 1 to 3."),
    ],
)
def test_what_cannot_be_is_one_sentence(path, tmp_path, in_process, more, said):
    status, _, error = in_process("data", "view", path, "--out", tmp_path / "views", *more)
    assert status == 2 and error.splitlines()[-1].startswith(said)
    assert sum(not line.startswith("[") for line in error.splitlines()) == 1
    assert not (tmp_path / "views").exists()


def test_a_folder_with_other_files_is_left_alone_before_anything_is_computed(path, tmp_path, in_process):
    status, _, error = in_process("data", "view", path, "--out", tmp_path)
    assert status == 2 and "holds other files, such as 't.parquet'" in error and path.is_file()


def test_a_view_does_not_take_the_place_of_the_table_that_it_is_made_of(path, tmp_path, in_process):
    (tmp_path / "views").mkdir()
    own = path.rename(tmp_path / "views" / "scattered.parquet")
    status, _, error = in_process("data", "view", own, "--out", tmp_path / "views")
    assert status == 2 and "which the views would replace; name another folder" in error and own.is_file()


def test_a_missing_table_is_one_sentence(tmp_path, in_process):
    assert in_process("data", "view", tmp_path / "no.parquet")[::2] == (
        2,
        f"angiogram: There is no annotation table '{tmp_path / 'no.parquet'}'.\n",
    )


def test_nothing_heavy_is_imported_for_the_help():
    heavy = ("numpy", "PIL", "polars", "scipy")
    code = f"import sys, angiogram.cli.data_view; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
