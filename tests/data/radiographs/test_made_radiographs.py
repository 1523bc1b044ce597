import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from angiogram.data.annotations.rules import checked
from angiogram.data.annotations.table import read_annotations
from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.radiographs.drawing import PARTS
from angiogram.data.radiographs.making import Made, Wanted, make_radiographs
from angiogram.data.radiographs.measures import grade_of
from angiogram.data.radiographs.origin import STATEMENTS
from angiogram.data.radiographs.setting import setting
from angiogram.data.radiographs.shadows import NAMES
from angiogram.errors import InputError
from angiogram.files import alone_in

WANTED = Wanted(images=55, size=64, seed=3, counterfactuals=12)


@pytest.fixture(scope="module")
def out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("set") / "radiographs"
    with one_core():
        make_radiographs(made, WANTED, made, patient=folder)
    return made


@contextmanager
def one_core() -> Generator[None]:
    """Then everything is drawn in this process, where torch is loaded already."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_folder_holds_images_table_settings_and_pairs(out: Path, folder: Path):
    settings, twins = (pl.read_parquet(out / f"{name}.parquet") for name in ("settings", "counterfactuals"))
    assert {p.name for p in out.iterdir()} == {
        "images", "annotations.parquet", "settings.parquet", "counterfactuals.parquet", "recipe.json",
    }  # fmt: skip
    assert settings.height == 55 and 10 <= twins.height <= 12
    images = {*settings["image"], *twins["other_image"]}
    assert {f"images/{p.name}" for p in (out / "images").iterdir()} == images
    for name in images:
        with Image.open(out / name) as picture:
            assert (picture.size, picture.mode) == ((64, 64), "L")


def test_the_table_is_sound_and_says_where_it_comes_from(out: Path):
    table = read_annotations(out / "annotations.parquet")
    assert table.images == out and table.statements == STATEMENTS
    assert "one patient" in table.statements[0]
    found = checked(table.entries)
    assert found.set_aside.collect().is_empty()
    entries = found.accepted.collect()
    assert set(entries["task"]) == set(ON_IMAGES)
    assert set(entries["source"]) == {"simulated radiographs"}
    settings = pl.read_parquet(out / "settings.parquet")
    assert set(entries["image"]) == set(settings["image"])
    assert (entries["group"] == entries["image"].str.strip_prefix("images/").str.strip_suffix(".png")).all()
    ratios = entries.filter(pl.col("task") == "calculation").select("group", pl.col("answer").struct.unnest())
    ctr = ratios.filter(pl.col("quantity") == "CTR").join(settings, left_on="group", right_on="id")
    assert ctr.height and (ctr["value"] == ctr["ctr"]).all()


def test_settings_hold_what_each_radiograph_was_made_by(out: Path):
    for row in pl.read_parquet(out / "settings.parquet").iter_rows(named=True):
        how = setting(3, row["number"])
        assert {name: row[name] for name in vars(how)} == vars(how)
        assert {each["name"] for each in row["seen"]} <= set(NAMES)


def test_an_image_is_a_function_of_seed_and_number_alone(out: Path, folder: Path, tmp_path: Path):
    fewer = Wanted(images=3, size=64, seed=3, counterfactuals=0)
    assert make_radiographs(tmp_path / "few", fewer, tmp_path, patient=folder).pairs == 0
    for p in (tmp_path / "few" / "images").iterdir():
        assert p.read_bytes() == (out / "images" / p.name).read_bytes()
    few = read_annotations(tmp_path / "few" / "annotations.parquet").entries.collect()
    many = read_annotations(out / "annotations.parquet").entries.collect()
    assert few.equals(many.head(few.height))


def test_pairs_differ_in_one_thing_and_in_its_answer(out: Path):
    settings = {row["id"]: row for row in pl.read_parquet(out / "settings.parquet").iter_rows(named=True)}
    twins = pl.read_parquet(out / "counterfactuals.parquet")
    assert set(twins["kind"]) == {"structure", "grade"}
    for pair in twins.iter_rows(named=True):
        first = settings[pair["id"]]
        one, other = (np.asarray(Image.open(out / pair[name])).astype(int) for name in ("image", "other_image"))
        assert (one != other).any()
        assert (one == other)[one > 0].mean() > 0.25  # the body beside what changed
        assert pair["group"] == pair["id"] and pair["split"] == first["split"]
        assert pair["answer"] != pair["other_answer"] and {pair["answer"], pair["other_answer"]} <= set(pair["options"])
        if pair["kind"] == "structure":
            assert pair["heart_scale"] == pair["other_heart_scale"]
            seen = next(each for each in first["seen"] if each["name"] == pair["changed"])
            left, top, right, bottom = (round(64 * side) for side in seen["box"])
            change = np.abs(one - other)
            assert change[top:bottom, left:right].mean() > change.mean()
        else:
            assert pair["heart_scale"] != pair["other_heart_scale"]
            assert grade_of(pair["ctr"]) == pair["answer"] and grade_of(pair["other_ctr"]) == pair["other_answer"]


@pytest.mark.nightly
def test_a_killed_run_goes_on_and_gives_the_same_bytes(out: Path, folder: Path, tmp_path: Path):
    again = tmp_path / "again"
    code = (
        "import sys; from pathlib import Path; from angiogram.data.radiographs.making import Wanted, make_radiographs\n"
        "if __name__ == '__main__':\n"
        f"    make_radiographs(Path(sys.argv[1]), {WANTED!r}, Path(sys.argv[1]), patient=Path(sys.argv[2]))\n"
    )
    script = tmp_path / "make.py"
    script.write_text(code)
    running = subprocess.Popen([sys.executable, str(script), str(again), str(folder)], start_new_session=True)
    deadline = time.monotonic() + 60
    while not list((again / "images").glob("*.png"))[5:] and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not (again / "annotations.parquet").exists()
    _settled(again)  # its processes end with it
    lines: list[str] = []
    with one_core():
        assert make_radiographs(again, WANTED, tmp_path, lines.append, folder) == _counted(out)
    assert contents(again) == contents(out)


def _settled(folder: Path) -> None:
    """Wait until nothing is written any more; the killed run drew in a process a core."""
    deadline = time.monotonic() + 20
    before, now = None, contents(folder)
    while before != now and time.monotonic() < deadline:
        time.sleep(0.5)
        before, now = now, contents(folder)
    assert before == now


def _counted(out: Path) -> Made:
    heights = (
        pl.read_parquet(out / f"{name}.parquet").height for name in ("settings", "annotations", "counterfactuals")
    )
    return Made(*heights)


def test_a_finished_set_is_not_made_again(out: Path, folder: Path):
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    assert make_radiographs(out, WANTED, out, patient=folder) == _counted(out)
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*")} == before
    assert not (out / PARTS).exists()


def test_two_at_once_in_one_folder_are_refused(folder: Path, tmp_path: Path):
    out = tmp_path / "set"
    out.mkdir()
    with alone_in(out), pytest.raises(InputError, match="Another process is writing to"):
        make_radiographs(out, WANTED, tmp_path, patient=folder)


def test_another_set_in_the_folder_is_left_alone(out: Path, folder: Path, tmp_path: Path):
    with pytest.raises(InputError, match="made with seed 3, not 4; name another folder"):
        make_radiographs(out, Wanted(55, 64, 4, 12), out, patient=folder)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        make_radiographs(tmp_path, WANTED, tmp_path, patient=folder)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "recipe.json").write_text("{")
    with pytest.raises(InputError, match="is damaged; delete the folder"):
        make_radiographs(broken, WANTED, tmp_path, patient=folder)
    (broken / "recipe.json").write_text(json.dumps([1]))
    with pytest.raises(InputError, match="other settings"):
        make_radiographs(broken, WANTED, tmp_path, patient=folder)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(images=0), "The number of images must be from 1 to 1000000, not 0"),
        (Wanted(size=5), "The size must be from 32 to 1024, not 5"),
        (Wanted(seed=-1), "A seed must be a whole number"),
        (Wanted(counterfactuals=-2), "The number of counterfactuals must be from 0"),
    ],
)
def test_numbers_out_of_range_are_refused(wanted: Wanted, said: str, tmp_path: Path):
    with pytest.raises(InputError, match=said):
        make_radiographs(tmp_path / "x", wanted, tmp_path)
    assert not (tmp_path / "x").exists()
