"""Pseudo-labels of a tiny model: asked without the truth, kept by the filters, sound as a table."""

import shutil
from pathlib import Path

import pytest

from angiogram.data.annotations.entry import frame_of
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.rules import checked
from angiogram.data.annotations.table import read_annotations
from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.errors import InputError
from angiogram.evaluate.opened import opened
from angiogram.evaluate.pseudo.annotate import Filters, annotate
from angiogram.evaluate.pseudo.question import hidden
from tests.evaluate.tables import write_table


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return opened(write_table(tmp_path_factory.mktemp("pseudo")))


def labels_of(load_family, table, filters, entries=None):
    entries = [each for each in entries or table.entries if each.task in ON_IMAGES and each.image is not None]
    entries = [each for each in entries if each.task not in ("report", "multi_label")]  # long answers
    loaded = load_family("angiogram")
    return annotate(loaded, entries, lambda name: read_picture(table.images, name), filters, lambda line: None, 4)


def test_every_question_has_one_fate_and_what_is_kept_is_a_sound_table(load_family, table):
    found = labels_of(load_family, table, Filters(default=0.0))
    assert len({each.question.id for each in found}) == len(found)
    kept = [each.entry for each in found if each.fate == "kept"]
    assert kept and all(each is not None and each.source == Path(load_family("angiogram").name).name for each in kept)
    assert all(0 <= each.confidence <= 1 for each in kept)
    assert checked(frame_of(kept)).set_aside.collect().is_empty()
    closed = [each for each in found if each.question.task == "multi_class"]
    assert all(each.entry is not None and each.entry.answer.label in each.question.answer.options for each in closed)
    assert all((each.entry is None) == (each.fate == "unread") for each in found)


def test_the_truth_is_hidden_from_the_model_and_from_the_filters(load_family, table):
    asked = [each for each in table.entries if each.task in ON_IMAGES]
    as_it_is = labels_of(load_family, table, Filters(default=0.0))
    assert labels_of(load_family, table, Filters(default=0.0), [hidden(each) for each in asked]) == as_it_is


def test_a_higher_threshold_keeps_a_part_of_what_a_lower_one_keeps(load_family, table):
    low, high = (labels_of(load_family, table, Filters(("confidence",), default=least)) for least in (0.1, 0.9))
    kept = [{each.question.id for each in found if each.fate == "kept"} for found in (low, high)]
    assert kept[1] <= kept[0] and kept[0] - kept[1]
    unsure = [each for each in high if each.fate == "unsure"]
    assert unsure and all(each.entry.confidence < 0.9 for each in unsure)
    vqa = labels_of(load_family, table, Filters(("confidence",), {"vqa": 1.0}, 0.0))
    assert not [each for each in vqa if each.question.task == "vqa" and each.fate == "kept"]


def test_what_cannot_be_asked_or_filtered_is_one_sentence(load_family, table):
    (text,) = [each for each in table.entries if each.task == "text_qa"][:1]
    with pytest.raises(InputError, match="has no image; pseudo-labels are of images"):
        annotate(load_family("angiogram"), [text], lambda name: None, Filters(), lambda line: None)
    with pytest.raises(InputError, match=r"no filter 'confidense'.*did you mean 'confidence'"):
        Filters(("confidense",))
    with pytest.raises(InputError, match="from 0 to 1, not 2"):
        Filters(default=2)


def test_the_example_of_the_page_runs(tiny_folder, tmp_path, monkeypatch):
    page = (Path(__file__).parents[3] / "docs" / "comparisons.md").read_text()
    write_table(tmp_path).rename(tmp_path / "questions.parquet")
    shutil.copytree(tiny_folder, tmp_path / "my-model")
    monkeypatch.chdir(tmp_path)
    exec(page.split("```python\n")[1].split("```")[0], {})
    kept = read_annotations(Path("pseudo.parquet")).entries.collect()
    assert set(kept["source"]) == {"my-model"} and kept["confidence"].is_between(0.5, 1).all()
