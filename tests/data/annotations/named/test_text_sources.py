"""What holds of every source of questions, reports and volumes."""

from pathlib import Path

import pytest
from tests.data.annotations.named.downloads import Made
from tests.data.annotations.named.text_downloads import TEXTS, vqa_rad_parquet

from angiogram.data.annotations.named.source import named_source, open_named
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.rules import checked
from angiogram.data.annotations.schema import SCHEMA
from angiogram.errors import InputError

MADE = [*TEXTS.items(), ("vqa-rad", vqa_rad_parquet)]
each = pytest.mark.parametrize(("name", "made"), MADE, ids=[made.__name__ for _, made in MADE])


@each
def test_every_entry_is_sound_and_every_picture_can_be_read(tmp_path: Path, name: str, made: Made):
    source, table = named_source(name), open_named(name, made(tmp_path))
    assert table.entries.collect_schema() == SCHEMA
    found = checked(table.entries)
    assert found.set_aside.collect().rows() == []
    entries = found.accepted.collect()
    assert set(entries["task"]) == set(source.tasks)
    assert set(entries["source"]) == {name} and set(entries["licence"]) == {source.licence}
    assert entries["group"].null_count() == 0
    for image in entries["image"].unique():
        assert read_picture(table.images, image).pixels.size
    sides = [part for part in ("train", "validation", "test") if part in source.splits]
    assert set(entries["split"].drop_nulls()) == set(sides)


@each
def test_what_must_be_known_is_stated(tmp_path: Path, name: str, made: Made):
    source, said = named_source(name), open_named(name, made(tmp_path)).statements
    assert said[0] == f"{source.title} ({source.licence})."
    assert all(sentence.endswith(".") for sentence in said)
    assert not [sentence for sentence in said if "not in this download" in sentence]


@pytest.mark.parametrize("name", sorted(set(TEXTS) - {"iu-xray"}))
def test_missing_files_are_one_sentence_that_says_what_to_download(tmp_path: Path, name: str):
    with pytest.raises(InputError) as error:
        open_named(name, tmp_path)
    assert str(error.value).startswith(f"'{tmp_path}' holds no")
    assert str(error.value).endswith(f" {named_source(name).get}")


@each
def test_a_row_without_its_picture_is_left_out_and_counted(tmp_path: Path, name: str, made: Made):
    table = open_named(name, made(tmp_path))
    files = sorted(path for path in table.images.rglob("*") if path.suffix in {".jpg", ".png", ".gz"})
    named = set(table.entries.collect()["image"])
    lost = [path for path in files if path.relative_to(table.images).as_posix() in named]
    if len(lost) < 2:
        pytest.skip("its pictures are in archives")
    lost[0].unlink()
    again = open_named(name, tmp_path)
    assert lost[0].relative_to(table.images).as_posix() not in set(again.entries.collect()["image"])
    assert any("not in this download" in sentence for sentence in again.statements)
