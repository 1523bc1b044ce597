"""Masks among NIfTI volumes and pictures."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.sources.folder import folder_cases
from angiogram.data.sources.masks import without_masks
from angiogram.data.sources.options import SourceOptions

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
    assert without_masks(files) == (files[:1], {files[1]}, ())


def test_what_is_only_named_like_a_mask_stays(tmp_path: Path) -> None:
    volume(tmp_path / "sub0.nii.gz")
    files = [
        tmp_path / "sub0.nii.gz",
        volume(tmp_path / "sub0_seg.nii.gz", 1),  # grey values
        labels(tmp_path / "sub0_mask.nii.gz", (5, 6, 8)),  # another shape
        labels(tmp_path / "sub9_mask.nii.gz"),  # of no image
    ]
    found = without_masks(files)
    assert (found.images, found.masks) == (files, set())
    assert found.doubts[0].startswith("2 files are named like masks of other images, such as 'sub0_seg.nii.gz', but")
    assert without_masks(files, "certain") == (files, set(), ())
    assert without_masks(files, "named").images == [files[0], files[3]]


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
    assert [path.stem for path in without_masks(files).images] == ["p10_left", "p1_left", "p1_right"]


def pictures(root: Path, look: str, *names: str) -> None:
    """Noise, black and white, labels 0 to 2, or black."""
    chance = np.random.default_rng(len(names))
    arrays = {
        "noise": chance.integers(0, 256, (12, 12)),
        "two": np.kron([[0, 255]], np.ones((12, 6))),
        "one": np.kron([[0, 1]], np.ones((12, 6))),
        "three": np.kron([[0, 1, 2]], np.ones((12, 4))),
        "black": np.zeros((12, 12)),
        "small": np.kron([[0, 255]], np.ones((6, 3))),
    }
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(arrays[look].astype(np.uint8)).save(root / name)


@pytest.mark.parametrize("look", ["two", "one", "three", "black"])
def test_masks_may_be_black_or_hold_numbers_of_structures(tmp_path: Path, look: str) -> None:
    pictures(tmp_path, "noise", "normal (1).png")
    pictures(tmp_path, look, "normal (1)_mask.png")
    found = without_masks(sorted(tmp_path.iterdir()))
    assert [path.name for path in found.images] == ["normal (1).png"] and not found.doubts


@pytest.mark.parametrize("look", ["noise", "small"])
def test_what_is_named_like_a_mask_and_looks_like_none_is_a_doubt_with_ways_out(tmp_path: Path, look: str) -> None:
    for label in ("a", "b"):
        pictures(tmp_path / "set" / label, "noise", "1.png", "2.png")
        pictures(tmp_path / "set" / label, look, "1_mask.png")
    doubts = folder_cases(tmp_path / "set", tmp_path / "cache").doubts
    assert "2 files are named like masks of other images" in doubts[0] and "--masks named leaves out" in doubts[0]
    for rule, count in (("named", 4), ("certain", 6)):
        cases = folder_cases(tmp_path / "set", tmp_path / "cache", SourceOptions(masks=rule))
        assert len(cases) == count and not cases.doubts


@pytest.mark.parametrize(
    ("images", "masks"),
    [
        (("original/1.png", "original/2.png"), ("GT/1.png", "GT/2.png")),
        (("images/1.png", "images/2.png"), ("labels/1.png", "labels/2.png")),
        (("pictures/1.png", "pictures/2.png"), ("outlines/1.png", "outlines/2.png")),
        (("a/1.png", "a/2.png", "b/3.png", "b/4.png"), ("masks/1.png", "masks/2.png", "masks/3.png", "masks/4.png")),
        (("a/images/1.png", "a/images/2.png"), ("a/Ground Truth/1_gt.png", "a/Ground Truth/2_gt.png")),
        (("a/images/1.png", "a/images/2.png"), ("a/lung_masks/1.png", "a/lung_masks/2.png")),
        (("images/a/1.png", "images/b/2.png"), ("outlines/a/1.png", "outlines/b/2.png")),
    ],
)
def test_folders_that_pair_with_others_and_have_few_values_are_masks(tmp_path: Path, images, masks) -> None:
    pictures(tmp_path, "noise", *images)
    pictures(tmp_path, "two", *masks)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    found = without_masks(files)
    assert {str(path.relative_to(tmp_path)) for path in found.images} == set(images) and not found.doubts
    assert without_masks(files, "none").images == files


def test_a_folder_of_masks_beside_the_classes_is_no_class(tmp_path: Path) -> None:
    pictures(tmp_path / "set", "noise", "a/1.png", "a/2.png", "b/3.png", "b/4.png")
    pictures(tmp_path / "set", "two", *(f"masks/{i}.png" for i in range(1, 5)))
    cases = folder_cases(tmp_path / "set", tmp_path / "cache")
    assert cases.classes == ("a", "b") and not cases.doubts


def test_classes_with_equal_file_names_are_no_masks(tmp_path: Path) -> None:
    pictures(tmp_path, "noise", "a/1.png", "a/2.png", "mask/1.png", "mask/2.png", "c/7.png", "c/8.png")
    pictures(tmp_path, "two", "d/1.png", "d/2.png", "e/1.png", "e/2.png")
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    found = without_masks([path for path in files if path.parent.name not in "de"])
    assert without_masks([path for path in files if path.parent.name == "mask"]).doubts == ()
    assert len(found.images) == 6 and "The folder 'mask' is named like one of masks" in found.doubts[0]
    drawn = [path for path in files if path.parent.name in "de"]  # of two values, all of them
    assert without_masks(drawn).images == drawn


def test_classes_with_and_without_a_mask_are_no_masks(tmp_path: Path) -> None:
    pictures(tmp_path, "noise", *(f"{name}/{i}.png" for name in ("mask", "no mask") for i in range(3)), "overview.png")
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert without_masks(files) == (files, set(), ())
