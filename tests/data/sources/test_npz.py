import zipfile
from pathlib import Path

import numpy as np
import pytest

from angiogram.data.sources import open_cases
from angiogram.data.sources.npz import npz_cases
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation

REAL = Path(__file__).parents[4] / "shared" / "data" / "pneumoniamnist.npz"


def arrays(shape: tuple[int, ...] = (5, 5)) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    made: dict[str, np.ndarray] = {}
    for part, count in (("train", 6), ("val", 2), ("test", 4)):
        made[f"{part}_images"] = rng.integers(0, 256, (count, *shape)).astype(np.uint8)
        made[f"{part}_labels"] = (np.arange(count) % 2).reshape(-1, 1).astype(np.uint8)
    return made


def save(path: Path, **replaced: np.ndarray) -> Path:
    np.savez_compressed(path, **(arrays() | replaced))
    return path


@pytest.mark.parametrize("shape", [(5, 5), (5, 7, 3)])
def test_the_layout_is_read(tmp_path: Path, shape: tuple[int, ...]) -> None:
    made = arrays(shape)
    cases = npz_cases(save(tmp_path / "mine.npz", **made))
    assert cases.classes == ("class 0", "class 1")
    assert [row.split for row in cases.rows] == ["train"] * 8 + ["test"] * 4
    assert cases.rows[7].id == "val/1"
    assert cases.rows[7].path == "mine.npz#val/1"
    assert cases.rows[7].group == "val/1"
    np.testing.assert_array_equal(cases.read(cases.rows[7]).pixels, made["val_images"][1])
    expected = np.concatenate([made[f"{part}_labels"].ravel() for part in ("train", "val", "test")])
    np.testing.assert_array_equal(cases.labels, expected)


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("pneumoniamnist", ("normal", "pneumonia")),
        ("breastmnist_128", ("malignant", "normal or benign")),
        ("organmnist3d", ("liver", "right kidney")),
        ("bloodmnist_64", ("basophil", "eosinophil")),
    ],
)
def test_known_files_have_class_names(tmp_path: Path, name: str, classes: tuple[str, ...]) -> None:
    cases = npz_cases(save(tmp_path / f"{name}.npz"))
    assert cases.classes == classes
    assert cases.ask() == f"Which of these does the image show: {classes[0]} or {classes[1]}?"
    assert "CC BY 4.0" in cases.statements[0]


def test_a_file_without_class_names_asks_for_them(tmp_path: Path) -> None:
    path = str(save(tmp_path / "retinamnist.npz"))
    said = open_cases(path, tmp_path).statements
    assert "The names of 2 classes are numbers, such as 'class 0'; --class-names gives them words." in said


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file '.*a\.npz'"):
        npz_cases(tmp_path / "a.npz")


def test_another_layout(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros(3), y=np.zeros(3))
    with pytest.raises(InputError, match="not in MedMNIST layout: train_images is missing; it holds x, y"):
        npz_cases(tmp_path / "a.npz")


def test_volumes_show_the_slice_that_is_asked_for(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", **arrays((5, 6, 7)))
    with np.load(path) as stored:
        volume = stored["train_images"][0]
    cases = npz_cases(path)
    image = cases.read(cases.rows[0])
    assert (image.pixels == volume[2]).all() and any("slice 2 of 0..4 (the middle)" in step for step in image.made)
    whole = npz_cases(path, how=Preparation.parse(slice="all"))
    image = whole.read(whole.rows[0])
    assert image.slices == 5 and (image.pixels == volume).all() and "all 5 slices along the first axis" in image.made
    last = npz_cases(path, how=Preparation.parse(slice="4"))
    assert (last.read(last.rows[0]).pixels == volume[4]).all()
    with pytest.raises(InputError, match="--window, --plane and --series say nothing"):
        npz_cases(path, how=Preparation.parse(window="lung"))


def test_five_dimensions(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"it must be uint8 \[N, H, W\], \[N, H, W, 3\] or \[N, D, H, W\]"):
        npz_cases(save(tmp_path / "a.npz", **arrays((5, 5, 5, 3))))


def test_pixels_that_are_not_bytes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="val_images is float64"):
        npz_cases(save(tmp_path / "a.npz", val_images=np.zeros((2, 5, 5))))


@pytest.mark.parametrize("labels", [np.full((4, 14), 2, np.uint8), np.zeros((3, 1), np.uint8), np.zeros((4, 1))])
def test_labels_that_are_not_one_whole_number_an_image(tmp_path: Path, labels: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"test_labels is .*; it must be whole numbers \[4, 1\], or 0 and 1"):
        npz_cases(save(tmp_path / "a.npz", test_labels=labels))


def test_labels_beyond_the_known_classes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has labels 0\.\.7; allowed are 0\.\.1"):
        npz_cases(save(tmp_path / "breastmnist.npz", test_labels=np.full((4, 1), 7)))


def test_one_class(tmp_path: Path) -> None:
    none = {f"{part}_labels": np.zeros((n, 1), np.uint8) for part, n in (("train", 6), ("val", 2), ("test", 4))}
    with pytest.raises(InputError, match="has 1 class; a classification needs at least two"):
        npz_cases(save(tmp_path / "a.npz", **none))


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.95])
def test_a_cut_file(tmp_path: Path, keep: float) -> None:
    path = save(tmp_path / "a.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole))])
    with pytest.raises(InputError, match=r"a\.npz' is damaged or not an \.npz file") as caught:
        npz_cases(path)
    assert "\n" not in str(caught.value)


def test_members_that_are_no_arrays(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for name in arrays():
            archive.writestr(f"{name}.npy", b"no array")
    with pytest.raises(InputError, match=r"train_images is \|S8 \[\]; it must be uint8"):
        npz_cases(tmp_path / "a.npz")


def test_pickled_objects_are_not_loaded_nor_advised(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", train_images=np.array([{}] * 6, dtype=object))
    with pytest.raises(InputError, match=r"not an \.npz file: it is no array, or one of pickled objects\.$"):
        npz_cases(path)


def test_changed_bytes(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz")
    whole = bytearray(path.read_bytes())
    whole[60:120] = bytes(60)
    path.write_bytes(whole)
    with pytest.raises(InputError, match=r"a\.npz' is damaged"):
        npz_cases(path)


def test_an_npy_under_the_wrong_name(tmp_path: Path) -> None:
    with (tmp_path / "a.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(InputError, match=r"a\.npz' is damaged or not an \.npz file"):
        npz_cases(tmp_path / "a.npz")


@pytest.mark.skipif(not REAL.is_file(), reason="shared/data/pneumoniamnist.npz is not on this machine")
def test_the_real_file() -> None:
    cases = npz_cases(REAL)
    assert [sum(row.split == side for row in cases.rows) for side in ("train", "test")] == [4708 + 524, 624]
    assert cases.classes == ("normal", "pneumonia")
    assert cases.read(cases.rows[0]).pixels.shape == (28, 28)


@pytest.mark.parametrize("shape", [(6, 0, 0), (6, 5, 0, 3), (6, 0, 5, 5)])
def test_images_without_pixels(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="train_images is uint8"):
        npz_cases(save(tmp_path / "a.npz", train_images=np.zeros(shape, np.uint8)))


def test_a_large_number_as_a_label_is_a_name_not_a_count(tmp_path: Path) -> None:
    cases = npz_cases(save(tmp_path / "a.npz", train_labels=np.array([[0], [2**62]] * 3)))
    assert cases.classes == ("class 0", "class 1", f"class {2**62}")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("angiogram.imaging.bomb.FREE", 2**16)
    path = save(tmp_path / "a.npz", train_images=np.zeros((6, 1000, 1000), np.uint8))
    with pytest.raises(InputError, match=r"says that 6\d{6} bytes come out of its \d+; at most 1024 MiB or 200 times"):
        npz_cases(path)


def test_more_than_the_memory_holds(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz")
    with zipfile.ZipFile(path) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (4611686018427387904, 1, 1), }\n"
    members["train_images.npy"] = b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match="arrays that do not fit into this machine's memory"):
        npz_cases(path)
