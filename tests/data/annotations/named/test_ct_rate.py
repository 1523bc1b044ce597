"""CT-RATE: volumes, reports and labels; Hounsfield units are never rescaled twice."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.data.annotations.named.opened import answers, rows
from tests.data.annotations.named.text_downloads import ct_rate, volume

from angiogram.data.annotations.named.source import open_named
from angiogram.data.annotations.pictures import read_picture
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation

NAME = "ct-rate"


def test_patients_scans_and_sides_come_from_the_names(tmp_path: Path):
    found = [
        (row["image"], row["group"], row["study"], row["split"], row["target"])
        for row in rows(NAME, ct_rate(tmp_path), "report")
    ]
    said = "Findings: Lungs are clear, heart normal."
    assert found == [
        ("train_fixed/train_1/train_1_a/train_1_a_1.nii.gz", "train_1", "train_1_a", "train", said),
        ("train_fixed/train_1/train_1_a/train_1_a_2.nii.gz", "train_1", "train_1_a", "train", said),
        ("valid_fixed/valid_1/valid_1_b/valid_1_b_1.nii.gz", "valid_1", "valid_1_b", "validation", said),
    ]


def test_labels_are_the_columns_of_the_table(tmp_path: Path):
    options = ["medical material", "lung nodule", "pleural effusion"]
    assert answers(NAME, ct_rate(tmp_path), "multi_label", "labels", "options") == [
        ("train_1_a_1.nii.gz", options[1:], options),
        ("train_1_a_2.nii.gz", options[1:], options),
        ("valid_1_b_1.nii.gz", [], options),
    ]


def test_values_in_hounsfield_units_are_windowed_as_they_are(tmp_path: Path):
    """The table beside says intercept -8192, which was right for the first version: here it would make all black."""
    table = open_named(NAME, ct_rate(tmp_path))
    assert any("of the metadata tables are not applied to them again" in said for said in table.statements)
    shown = read_picture(table.images, table.entries.collect()["image"][0], Preparation.parse(window="-500/1000"))
    assert np.unique(shown.pixels).tolist() == [0, 255]  # air, water
    assert "window -1000..0 to grey 0..255" in shown.made


@pytest.mark.parametrize("affine", [np.eye(4), np.diag([-1.0, -1.0, 1.0, 1.0])])
def test_the_first_version_is_refused(tmp_path: Path, affine: np.ndarray):
    root = ct_rate(tmp_path) / "dataset"
    (root / "train_fixed").rename(root / "train")
    for path in (root / "train").rglob("*.nii.gz"):
        volume(path, affine)
    with pytest.raises(InputError, match="of the first version of CT-RATE, whose files hold neither Hounsfield units"):
        open_named(NAME, tmp_path)


def test_corrected_volumes_are_read_under_the_old_name_too(tmp_path: Path):
    root = ct_rate(tmp_path) / "dataset"
    (root / "train_fixed").rename(root / "train")
    assert rows(NAME, tmp_path, "report")[0]["image"] == "train/train_1/train_1_a/train_1_a_1.nii.gz"


def test_what_is_left_out_is_counted(tmp_path: Path):
    root = ct_rate(tmp_path) / "dataset"
    assert "Volumes that show no chest, left out: 1." in open_named(NAME, tmp_path).statements
    labels = root / "multi_abnormality_labels" / "valid_predicted_labels.csv"
    labels.write_text(labels.read_text().replace("valid_1_b_1", "valid_2_a_1"))
    (root / "metadata" / "no_chest_train.txt").unlink()
    said = open_named(NAME, tmp_path).statements
    assert "Volumes without labels, which are not asked for: 1." in said
    assert any("metadata/no_chest_train.txt is not in this download" in sentence for sentence in said)
    assert len(rows(NAME, tmp_path, "report")) == 4


def test_one_side_alone_will_do(tmp_path: Path):
    shutil.rmtree(ct_rate(tmp_path) / "dataset" / "train_fixed")
    assert {row["split"] for row in rows(NAME, tmp_path, "report")} == {"validation"}


def test_a_missing_table_is_named(tmp_path: Path):
    shutil.rmtree(ct_rate(tmp_path) / "dataset" / "multi_abnormality_labels")
    with pytest.raises(InputError, match=r"holds no multi_abnormality_labels/train_predicted_labels.csv. Download"):
        open_named(NAME, tmp_path)


def test_an_unknown_label_is_one_sentence(tmp_path: Path):
    labels = ct_rate(tmp_path) / "dataset" / "multi_abnormality_labels" / "valid_predicted_labels.csv"
    labels.write_text(labels.read_text().replace(",0\n", ",maybe\n"))
    with pytest.raises(InputError, match="holds 'maybe' in the column 'Pleural effusion'"):
        open_named(NAME, tmp_path)
    labels.write_text(labels.read_text().replace("VolumeName", "Volume"))
    with pytest.raises(InputError, match="has no column 'VolumeName'; it has Volume, Medical material"):
        open_named(NAME, tmp_path)
