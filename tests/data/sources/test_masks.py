"""Masks among NIfTI volumes and pictures."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.sources.folder import folder_cases
from angiogram.data.sources.masks import without_masks

SHAPE = (5, 6, 7)


def volume(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.random.default_rng(seed).integers(-1000, 1000, SHAPE).astype(np.int16)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), path)
    return path


def labels(path: Path, shape: tuple[int, ...] = SHAPE, kinds: int = 3) -> Path:
    values = np.arange(np.prod(shape)).reshape(shape) % kinds
    nibabel.save(nibabel.Nifti1Image(values.astype(np.uint8), np.eye(4)), path)
    return path


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("sub0.nii.gz", "sub0_seg.nii.gz"),
        ("sub0.nii", "sub0_mask_1.nii.gz"),
        ("sub0.nii.gz", "sub0-label.nii"),
        ("BraTS_001_t1.nii.gz", "BraTS_001_seg.nii.gz"),
        ("ct.nii.gz", "segmentation.nii.gz"),
        ("x_roi.nii.gz", "x_roi_mask.nii.gz"),
    ],
)
def test_a_volume_of_labels_beside_its_image_is_a_mask(tmp_path: Path, image: str, mask: str) -> None:
    files = [volume(tmp_path / image), labels(tmp_path / mask)]
    assert without_masks(files) == (files[:1], 1)


def test_what_is_only_named_like_a_mask_stays(tmp_path: Path) -> None:
    volume(tmp_path / "sub0.nii.gz")
    files = [
        tmp_path / "sub0.nii.gz",
        volume(tmp_path / "sub0_seg.nii.gz", 1),  # grey values
        labels(tmp_path / "sub0_mask.nii.gz", (5, 6, 8)),  # another shape
        labels(tmp_path / "sub9_mask.nii.gz"),  # of no image
    ]
    assert without_masks(files) == (files, 0)


def test_masks_of_volumes_are_left_out_and_counted(tmp_path: Path) -> None:
    for i, label in enumerate("aabb"):
        volume(tmp_path / "set" / label / f"sub{i}.nii.gz", i)
        labels(tmp_path / "set" / label / f"sub{i}_seg.nii.gz")
    cases = folder_cases(tmp_path / "set", tmp_path / "cache")
    assert len(cases) == 4
    assert "4 files are masks of other images, and are left out." in cases.statements


def test_one_image_of_a_case_is_enough_for_a_picture_mask(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)
    flat = np.zeros((12, 12), np.uint8)
    flat[3:6] = 255
    for name, array in (("p1_left", pixels), ("p1_right", pixels), ("p1_mask", flat), ("p10_left", pixels)):
        Pillow.fromarray(array).save(tmp_path / f"{name}.png")
    files = sorted(tmp_path.iterdir())
    assert [path.stem for path in without_masks(files)[0]] == ["p10_left", "p1_left", "p1_right"]
