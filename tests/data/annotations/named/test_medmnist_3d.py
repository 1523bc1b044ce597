"""MedMNIST 3-D: classes, parts and sizes of volumes in `.npz` files."""

from pathlib import Path

import numpy as np
import pytest
from tests.data.annotations.named.opened import rows
from tests.data.annotations.named.text_downloads import medmnist_3d

from angiogram.data.annotations.named.source import open_named
from angiogram.data.annotations.pictures import read_picture
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation

NAME = "medmnist-3d"


def test_class_and_part_of_each_volume(tmp_path: Path):
    found = [
        (row["image"], row["target"], row["split"])
        for row in rows(NAME, medmnist_3d(tmp_path), "multi_class")
        if row["image"].startswith("nodulemnist3d")
    ]
    assert found == [
        ("nodulemnist3d.npz#train/0", "benign", "train"),
        ("nodulemnist3d.npz#train/1", "malignant", "train"),
        ("nodulemnist3d.npz#train/2", "benign", "train"),
        ("nodulemnist3d.npz#val/0", "benign", "validation"),
        ("nodulemnist3d.npz#test/0", "benign", "test"),
        ("nodulemnist3d.npz#test/1", "malignant", "test"),
    ]


def test_a_volume_in_two_sizes_is_one_group(tmp_path: Path):
    groups = {row["image"]: row["group"] for row in rows(NAME, medmnist_3d(tmp_path), "multi_class")}
    assert groups["organmnist3d.npz#test/1"] == groups["organmnist3d_64.npz#test/1"]
    assert len(set(groups.values())) == 12 and len(groups) == 18


def test_the_slice_of_a_volume_is_the_one_that_is_asked_for(tmp_path: Path):
    table = open_named(NAME, medmnist_3d(tmp_path))
    stored = np.load(tmp_path / "organmnist3d.npz")["test_images"]
    for text, index in (("", 2), ("3", 3)):
        shown = read_picture(table.images, "organmnist3d.npz#test/1", Preparation.parse(slice=text))
        assert np.array_equal(shown.pixels, stored[1, index])


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.array([[2]], np.uint8), "test_labels must be whole numbers [N, 1] from 0 to 1"),
        (np.array([[0, 1]], np.uint8), "test_labels must be whole numbers [N, 1] from 0 to 1"),
        (np.array([[0.5]]), "test_labels must be whole numbers [N, 1] from 0 to 1"),
        (None, "is not in MedMNIST layout: test_labels is missing; it holds train_labels, val_labels."),
    ],
)
def test_other_labels_are_one_sentence(tmp_path: Path, labels: np.ndarray | None, said: str):
    whole = np.zeros((1, 1), np.uint8)
    arrays = {"train_labels": whole, "val_labels": whole} | ({} if labels is None else {"test_labels": labels})
    np.savez(tmp_path / "nodulemnist3d.npz", **arrays)
    with pytest.raises(InputError) as error:
        open_named(NAME, tmp_path)
    assert said in str(error.value)
