"""Several tables as one."""

from pathlib import Path

from tests.data.annotations.entries import entry

from angiogram.data.annotations.entry import Entry, frame_of
from angiogram.data.annotations.given import given_of, judged
from angiogram.data.annotations.join import Named, joined
from angiogram.data.annotations.table import Annotations


def named(name: str, images: Path, *entries: Entry, said: tuple[str, ...] = ()) -> Named:
    return Named(name, given_of(Annotations(frame_of(entries), images, said)))


def test_ids_and_images_of_two_folders(tmp_path: Path):
    one = named("one", tmp_path / "x" / "one", entry(1, conversation="c", turn=0), entry(2), said=("A.", "B."))
    other = named("other", tmp_path / "y", entry(1, conversation="c", turn=0, source=None), entry(3), said=("B.", "C."))
    whole = joined([one, other])
    rows = judged(whole).accepted.entries.select("id", "image", "conversation", "source").collect().rows()
    assert rows == [
        ("one:e1", "x/one/1.png", "one:c", "ours"),
        ("e2", "x/one/2.png", None, "ours"),
        ("other:e1", "y/1.png", "other:c", "other"),
        ("e3", "y/3.png", None, "ours"),
    ]
    assert whole.images == tmp_path and whole.statements == ("A.", "B.", "C.")


def test_two_sources_of_one_name_are_told_apart(tmp_path: Path):
    again = joined([named("a", tmp_path, entry(1)), named("a", tmp_path, entry(1))])
    assert judged(again).accepted.entries.collect()["id"].to_list() == ["a:e1", "a-2:e1"]


def test_names_told_apart_are_no_name_of_another(tmp_path: Path):
    again = joined([named(name, tmp_path, entry(1)) for name in ("a", "a-2", "a")])
    assert judged(again).accepted.entries.collect()["id"].to_list() == ["a:e1", "a-2:e1", "a-3:e1"]


def test_a_path_that_leaves_its_folder_still_does(tmp_path: Path):
    whole = joined([named("a", tmp_path / "a", entry(1, image="../b/x.png")), named("b", tmp_path / "b", entry(2))])
    assert judged(whole).set_aside.collect().rows() == [
        (1, "e1", "the image '../b/x.png' leaves the table's folder", "a")
    ]
