"""A picture is found by the name that a table gives it, and nothing outside its folder is."""

from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image as Pillow

from angiogram.data.annotations.pictures import read_picture
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation

RAMP = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)


def png(pixels: np.ndarray) -> bytes:
    file = BytesIO()
    Pillow.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_file_is_read_by_its_path(tmp_path: Path):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a#1.png").write_bytes(png(RAMP[0]))
    assert np.array_equal(read_picture(tmp_path, "scans/a#1.png").pixels, RAMP[0])


def test_a_picture_of_an_array_is_read_by_its_number(tmp_path: Path):
    np.savez_compressed(tmp_path / "a.npz", images=RAMP, train_images=RAMP[::-1])
    assert np.array_equal(read_picture(tmp_path, "a.npz#2").pixels, RAMP[2])
    assert np.array_equal(read_picture(tmp_path, "a.npz#train/2").pixels, RAMP[0])


def test_a_picture_of_a_mapped_array_is_read_by_its_number(tmp_path: Path):
    np.save(tmp_path / "a.npy", RAMP)
    found = read_picture(tmp_path, "a.npy#2")
    assert np.array_equal(found.pixels, RAMP[2]) and found.made == ("a.npy, 5x4 px",)
    np.save(tmp_path / "v.npy", RAMP[None])
    assert np.array_equal(read_picture(tmp_path, "v.npy#0", Preparation.parse(slice="all")).pixels, RAMP)
    np.save(tmp_path / "wide.npy", RAMP.astype(np.uint16))
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:150])
    for name, said in {
        "a.npy#3": "it holds 3, 0..2", "a.npy#train/0": "'a.npy' has no parts", "wide.npy#0": "is uint16",
        "objects.npy#0": "Python objects", "cut.npy#0": "is damaged", "none.npy#0": "there is no file",
    }.items():  # fmt: skip
        with pytest.raises(InputError, match=said):
            read_picture(tmp_path, name)


def test_of_a_volume_in_an_array_a_slice_is_shown_and_said(tmp_path: Path):
    np.savez_compressed(tmp_path / "a.npz", images=RAMP[None])
    middle = read_picture(tmp_path, "a.npz#0")
    assert np.array_equal(middle.pixels, RAMP[1])
    assert middle.made[-1] == "slice 1 of 0..2 (the middle) along the first axis"
    assert np.array_equal(read_picture(tmp_path, "a.npz#0", Preparation.parse(slice="2")).pixels, RAMP[2])


def test_an_archive_that_changed_is_read_anew(tmp_path: Path):
    np.savez(tmp_path / "a.npz", images=RAMP[:1])
    read_picture(tmp_path, "a.npz#0")
    np.savez(tmp_path / "a.npz", images=RAMP[1:])
    assert np.array_equal(read_picture(tmp_path, "a.npz#0").pixels, RAMP[1])


@pytest.mark.parametrize("named", [True, False])
def test_a_picture_of_a_column_is_read_by_its_row(tmp_path: Path, named: bool):
    held = [{"bytes": png(each), "path": "x.png"} if named else {"bytes": png(each)} for each in RAMP]
    pl.DataFrame({"mask": [b"", b"", b""], "image": held}).write_parquet(tmp_path / "a.parquet", row_group_size=2)
    for i, pixels in enumerate(RAMP):
        assert np.array_equal(read_picture(tmp_path, f"a.parquet#{i}").pixels, pixels)


def test_plain_bytes_in_the_only_column_are_a_picture(tmp_path: Path):
    pl.DataFrame({"scan": [png(RAMP[1])], "text": ["x"]}).write_parquet(tmp_path / "a.parquet")
    assert np.array_equal(read_picture(tmp_path, "a.parquet#0").pixels, RAMP[1])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("b.png", "There is no image"),
        ("a.npz#3", "There is no picture 'a.npz#3': it holds 3, 0..2."),
        ("a.npz#x", "after '#' stands the number of a picture"),
        ("a.npz#", "after '#' stands the number of a picture"),
        ("a.npz#val/0", "val_images is missing; it holds images, labels, objects, floats"),
        ("a.npz#objects/0", "objects_images is missing"),
        ("b.npz#0", "There is no picture 'b.npz#0': there is no file"),
        ("bad.npz#0", "is damaged or not an .npz file"),
        ("f.npz#0", "The array images of"),
        ("a.parquet#2", "There is no picture 'a.parquet#2': it holds 2, 0..1."),
        ("a.parquet#1", "There is no picture 'a.parquet#1': its row holds none."),
        ("b.parquet#0", "There is no picture 'b.parquet#0': there is no file"),
        ("bad.parquet#0", "is not a readable Parquet file"),
        ("text.parquet#0", "has no column that holds pictures; it has text"),
        ("two.parquet#0", "has several columns that hold files, left, right"),
    ],
)
def test_what_is_not_there_is_one_sentence(tmp_path: Path, name: str, said: str):
    np.savez(tmp_path / "a.npz", images=RAMP, labels=RAMP, objects=RAMP, floats=RAMP)
    np.savez(tmp_path / "f.npz", images=RAMP.astype(np.float32))
    held = [{"bytes": png(RAMP[0])}, {"bytes": None}]
    pl.DataFrame({"image": held}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"text": ["x"]}).write_parquet(tmp_path / "text.parquet")
    pl.DataFrame({"left": [b"x"], "right": [b"x"]}).write_parquet(tmp_path / "two.parquet")
    for bad in ("bad.npz", "bad.parquet"):
        (tmp_path / bad).write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InputError) as error:
        read_picture(tmp_path, name)
    assert said in str(error.value)
    assert str(error.value).count("\n") == 0


@pytest.mark.parametrize(
    "name", ["../secret.png", "a/../../secret.png", "link.png", "linked/secret.png", "..\\secret.png", ".", "", "x\0"]
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str):
    images = tmp_path / "images"
    (images / "a").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(png(RAMP[0]))
    (images / "link.png").symlink_to(tmp_path / "secret.png")
    (images / "linked").symlink_to(tmp_path)
    for one in (name, f"{name}.npz#0", f"/{tmp_path}/secret.png"):
        with pytest.raises(InputError):
            read_picture(images, one)
    said = "There is no picture" if "\0" in name else "leaves the folder of images"
    with pytest.raises(InputError, match=said):
        read_picture(images, name)


def test_a_link_within_the_folder_and_a_linked_folder_are_followed(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.png").write_bytes(png(RAMP[0]))
    (tmp_path / "real" / "b.png").symlink_to("a.png")
    (tmp_path / "images").symlink_to("real")
    assert np.array_equal(read_picture(tmp_path / "images", "b.png").pixels, RAMP[0])
