"""VQA-RAD: the published JSON and the Parquet form; cases as groups; what both splits share."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.annotations.named.opened import rows
from tests.data.annotations.named.text_downloads import vqa_rad, vqa_rad_parquet

from angiogram.data.annotations.named.source import open_named
from angiogram.data.annotations.named.vqa_rad import with_case_groups
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.rules import checked

LEAK = "Images of the test split that are in the train split too, so that answers may have been learnt: {}."
REAL = Path(__file__).parents[5] / "shared" / "data" / "vqarad"


def test_questions_of_the_published_list(tmp_path: Path):
    found = [
        (row["image"], row["group"], row["split"], row["target"], row["answer"]["options"])
        for row in rows("vqa-rad", vqa_rad(tmp_path), "vqa")
    ]
    assert found == [
        ("synpic1.jpg", "synpic1.jpg", "train", "Yes", ["yes", "no"]),
        ("synpic2.jpg", "synpic1.jpg", "train", "no", ["yes", "no"]),
        ("synpic3.jpg", "synpic3.jpg", "train", "the liver", None),
        ("synpic3.jpg", "synpic3.jpg", "train", "2", None),
        ("synpic1.jpg", "synpic1.jpg", "test", "Solid", None),
        ("synpic4.jpg", "synpic4.jpg", "test", "No", ["yes", "no"]),
    ]


def test_an_image_of_both_splits_is_stated_in_either_form(tmp_path: Path):
    (tmp_path / "json").mkdir()
    assert LEAK.format("1 of 2") in open_named("vqa-rad", vqa_rad(tmp_path / "json")).statements
    assert LEAK.format("1 of 1") in open_named("vqa-rad", vqa_rad_parquet(tmp_path / "held")).statements


def test_questions_about_one_image_name_it_alike_where_each_row_holds_a_copy(tmp_path: Path):
    found = [
        (row["image"].rpartition("/")[2], row["split"], row["answer"]["options"])
        for row in rows("vqa-rad", vqa_rad_parquet(tmp_path), "vqa")
    ]
    first, second = (f"train-00000-of-00001-eb8844602202be60.parquet#{i}" for i in (0, 2))
    assert found == [
        (first, "train", ["yes", "no"]), (first, "train", None), (second, "train", ["yes", "no"]),
        (second, "test", ["yes", "no"]),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=20))
def test_images_that_cases_link_are_one_group(links: list[tuple[int, int]]):
    frame = pl.DataFrame({"image": [f"i{a}" for a, _ in links], "case": [f"c{b}" for _, b in links]})
    found = with_case_groups(frame)
    parts = [{f"i{a}", f"c{b}"} for a, b in links]
    for _ in links:  # the same by sets that are joined until nothing changes
        parts = [set.union(*(other for other in parts if other & part)) for part in parts]
    wanted = [min(name for name in part if name[0] == "i") for part in parts]
    assert found["group"].to_list() == wanted


@pytest.mark.skipif(not REAL.is_dir(), reason="the real VQA-RAD is not beside this checkout")
def test_the_real_set():
    table = open_named("vqa-rad", REAL)
    found = checked(table.entries)
    assert found.set_aside.collect().is_empty()
    entries = found.accepted.collect()
    assert dict(entries.group_by("split").len().rows()) == {"train": 1797, "test": 451}
    assert (entries["image"].n_unique(), entries["group"].n_unique()) == (314, 313)
    assert LEAK.format("202 of 203") in table.statements
    assert read_picture(table.images, entries["image"][0]).pixels.size
