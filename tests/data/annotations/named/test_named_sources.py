"""What holds of every named source: sound entries, images that can be read, one sentence where files are missing."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.data.annotations.named.downloads import DOWNLOADS, Made
from tests.data.annotations.named.opened import LEFT_OUT
from tests.data.annotations.named.radiographs import kaggle_png, physionet
from tests.data.annotations.named.text_downloads import TEXTS, vqa_rad_parquet

from angiogram.data.annotations.named.page import page
from angiogram.data.annotations.named.source import NAMES, TAKEN, named_source, open_named
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.rules import checked
from angiogram.data.annotations.schema import SCHEMA, SPLITS
from angiogram.errors import InputError

PAGE = Path(__file__).parents[4] / "docs" / "sources.md"
VINDR, HELD = [("vindr-cxr", physionet), ("vindr-cxr", kaggle_png)], [("vqa-rad", vqa_rad_parquet)]
MADE = [*DOWNLOADS.items(), *VINDR, *TEXTS.items(), *HELD]
SOURCES = list(dict.fromkeys(name for name, _ in MADE))
each = pytest.mark.parametrize(("name", "made"), MADE, ids=[f"{name}-{made.__name__}" for name, made in MADE])


@each
def test_every_entry_is_sound_and_every_image_can_be_read(tmp_path: Path, name: str, made: Made):
    source, table = named_source(name), open_named(name, made(tmp_path))
    assert table.entries.collect_schema() == SCHEMA
    found = checked(table.entries)
    assert found.set_aside.collect().rows() == []
    entries = found.accepted.collect()
    assert set(entries["task"]) == set(source.tasks)
    assert set(entries["source"]) == {name}
    assert set(entries["licence"]) == {source.licence}
    for image in entries["image"].unique():
        assert read_picture(table.images, image).pixels.size
    assert set(entries["split"].drop_nulls()) <= {split for split in SPLITS if split in source.splits}


@each
def test_what_must_be_known_is_stated(tmp_path: Path, name: str, made: Made):
    source, said = named_source(name), open_named(name, made(tmp_path), "positive").statements
    assert said[0] == f"{source.title} ({source.licence})."
    assert (TAKEN["positive"] in said) == source.uncertain
    assert all(sentence.endswith(".") for sentence in said)
    assert not [sentence for sentence in said if "not in this download" in sentence]


@each
def test_an_image_that_is_not_there_is_left_out_with_what_is_asked_of_it(tmp_path: Path, name: str, made: Made):
    table = open_named(name, made(tmp_path))
    image = table.entries.collect()["image"].sort()[0]
    if not (table.images / image).is_file():  # it lies in a table or an archive, which is there as a whole
        return
    (table.images / image).unlink()
    again = open_named(name, tmp_path)
    assert image not in set(again.entries.collect()["image"])
    counted = any(sentence.startswith(LEFT_OUT.partition("{")[0]) for sentence in again.statements)
    assert counted == (name != "kermany")  # of which nothing else names the images


@pytest.mark.parametrize("name", SOURCES)
def test_missing_files_are_one_sentence_that_says_what_to_download(tmp_path: Path, name: str):
    if name == "iu-xray" and find_spec("torchxrayvision") is not None:
        pytest.skip("torchxrayvision is installed and brings the reports")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError) as error:
            open_named(name, folder)
        assert str(error.value).endswith(f" {named_source(name).get}")
        assert f"'{folder}'" in str(error.value)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_says_what_to_download_from_where_and_what_lies_there_then(name: str):
    assert named_source(name).name == name
    assert named_source(name).get.startswith("Download ") and "must hold" in named_source(name).get


def test_an_unknown_source_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"There is no named source 'chexprt'; .* did you mean 'chexpert'"):
        open_named("chexprt", Path())


def test_the_document_is_the_registry():
    assert PAGE.read_text() == page(), "python -m angiogram.data.annotations.named.page > docs/sources.md"
    assert all(f"| `{name}` |" in page() for name in NAMES)
