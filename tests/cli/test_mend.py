"""`angiogram mend` as a user meets it: what is printed, and one sentence for what cannot be mended."""

import json
import shutil

import pytest

from angiogram.report.published import MENDING
from angiogram.report.schema import validate
from tests.cli.test_main import draw


@pytest.fixture
def arguments(tiny_folder, tmp_path):
    folder = draw(tmp_path / "images", each=12)
    return (
        "mend", tiny_folder, folder, "--out", tmp_path / "out", "--cache", tmp_path / "cache", "--folds", 3,
        "--permutations", 5, "--no-ladder",
    )  # fmt: skip


def test_a_set_without_a_split_has_a_fold_held_out_and_the_paths_come_last(in_process, arguments, tmp_path):
    images = arguments[2]
    status, out, error = in_process(*arguments, "--repair", "class-words", "--guard", images)
    assert status == 0, error
    assert "the first fold is held out, and no repair learns from it" in error
    html, document, folder = out.strip().splitlines()[-3:]
    assert (html, document, folder) == tuple(
        str(tmp_path / "out" / name) for name in ("mend.html", "mend.json", "mended")
    )
    found = json.loads((tmp_path / "out" / "mend.json").read_text())
    validate(found, document, MENDING)
    assert found["headline"] in " ".join(out.split())
    assert found["comparison"]["evaluated"] == 8
    assert found["guard"]["entries"] == 8 and found["guard"]["left_out"] == 16  # these taught
    assert "Left out: 16 of 24 answers of 'images', on images from which the repair learnt." in " ".join(out.split())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "after", "before", "mend.html", "mend.json", "mended", "mended.txt",
    ]  # fmt: skip


def test_a_guard_that_taught_is_refused_before_the_first_diagnosis(in_process, arguments, tmp_path):
    for name in ("benign", "malignant"):
        (tmp_path / "few" / name).mkdir(parents=True)
        shutil.copy(tmp_path / "images" / name / "0.png", tmp_path / "few" / name)
    status, _, error = in_process(*arguments, "--repair", "class-words", "--guard", tmp_path / "few")
    last = error.strip().splitlines()[-1]
    assert status == 2 and ("of the guard 'few' is a training case" in last or "at least two groups" in last)
    assert not (tmp_path / "out").exists()


def test_what_is_no_repair_is_refused(in_process, arguments):
    status, _, error = in_process(*arguments, "--repair", "class-words", "--recipe", "lora")
    assert status == 2 and error.strip() == (
        "angiogram: The repair class-words is fitted, not trained; leave out --recipe."
    )
    status, _, error = in_process(*arguments, "--repair", "glue")
    assert status == 2 and "connector-refit" in error


def test_a_run_over_folds_cannot_be_gone_on_from(in_process, tiny_folder, tmp_path):
    images, brief = draw(tmp_path / "images", each=6), ("--folds", 2, "--permutations", 5, "--no-ladder")
    places = ("--cache", tmp_path / "cache")
    status, _, error = in_process("diagnose", tiny_folder, images, "--out", tmp_path / "run", *places, *brief)
    assert status == 0, error
    status, _, error = in_process(
        "mend", tiny_folder, images, "--run-folder", tmp_path / "run", "--out", tmp_path / "out", *places, *brief
    )
    assert status == 2 and "Leave --run-folder out, and such a run is made." in error.splitlines()[-1]
