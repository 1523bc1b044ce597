import pytest

from angiogram.cache import MANIFEST, cached_folder
from angiogram.errors import InputError


def write(text):
    return lambda folder: (folder / "a").write_text(text) and None


def test_a_cached_folder_is_checked(tmp_path):
    folder = cached_folder(tmp_path / "c", write("x"))
    assert cached_folder(folder, write("y")) == folder and (folder / "a").read_text() == "x"
    (folder / "a").write_text("y")
    with pytest.raises(InputError, match="damaged or missing"):
        cached_folder(folder, write("x"))


@pytest.mark.parametrize("manifest", ["", "{", "[]", "{}", "3", '{"a": 3}', '["a"]'])
def test_a_bad_manifest_is_one_sentence(tmp_path, manifest):
    folder = cached_folder(tmp_path / "c", write("x"))
    (folder / MANIFEST).write_text(manifest)
    with pytest.raises(InputError, match=r"no readable manifest.json; delete the folder"):
        cached_folder(folder, write("x"))


def test_of_two_that_make_the_same_folder_the_first_stays(tmp_path):
    def slow(folder):
        cached_folder(tmp_path / "c", write("theirs"))
        write("ours")(folder)

    folder = cached_folder(tmp_path / "c", slow)
    assert (folder / "a").read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["c"]
