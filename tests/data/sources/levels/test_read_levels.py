"""What levels of folders are taken for: clear ones without a doubt, doubtful ones with a way out that works."""

import re
from collections.abc import Sequence
from itertools import product

import pytest

from angiogram.data.sources.levels import Levels, parse_levels, read_levels

Folders = Sequence[tuple[str, ...]]


def crossed(*levels: str) -> Folders:
    """All folders below all folders of the level above; names of one level with blanks between."""
    return list(product(*(level.split() for level in levels)))


PATIENTS = " ".join(f"patient{i:02}" for i in range(8))
CLEAR = {
    "class": [
        crossed("cyst stone"),
        crossed("grade_1 grade_2 grade_3"),
        crossed("class0 class1"),
        crossed("BI-RADS-2 BI-RADS-4"),
        crossed("T1_lesion L5_fracture 3_vessel_disease"),
        crossed("COVID-19 influenza-A"),
        crossed("stress_test patch_test"),
        crossed("n01_melanoma n02_nevus"),
        [("normal",), ("PNEU", "bacteria"), ("PNEU", "virus")],
        [("normal", "normal"), ("PNEU",)],
    ],
    "class/group": [
        crossed("benign malignant", PATIENTS),
        crossed("grade_1 grade_2", PATIENTS),
        [("benign", f"{i}") for i in range(3)] + [("malignant", f"{i}") for i in range(3, 6)],
        [(label, f"patient{i}_{label[0]}") for label in ("benign", "malignant") for i in range(3)],
        crossed("benign malignant", " ".join(map(str, range(100, 120)))),
    ],
    "group/class": [crossed("8863 8864 8865 8866 8867 8868", "0 1"), crossed("patient01 patient02", "0 1 2")],
    "split/class": [
        crossed("train test", "cyst stone"),
        crossed("training_set test_set", "No_DR Mild"),
        crossed("TrainImages ValImages", "a b"),
        crossed("a._Training_Set b._Testing_Set", "a b"),
        crossed("trainset testset", "a b"),
        [("train", "a"), ("train", "b"), ("train", "c"), ("test", "a"), ("test", "b")],
    ],
    "class/split": [crossed("cyst stone", "train test")],
    "split/any/group/class": [crossed("train valid", "XR_WRIST", PATIENTS, "study1_negative study1_positive")],
    "any/class": [crossed("images", "cyst stone")],
}


@pytest.mark.parametrize(("meant", "folders"), [(meant, each) for meant, those in CLEAR.items() for each in those])
def test_what_is_clear_has_no_doubt(meant: str, folders: Folders) -> None:
    levels = read_levels(folders)
    assert not levels.doubts
    assert levels.roles == parse_levels(meant)


DOUBTFUL = {
    "parts of a download": (crossed("HAM10000_images_part_1 HAM10000_images_part_2"), "classes, patients or parts"),
    "numbered images": (crossed("images_001 images_002", "images"), "classes, patients or parts of a download"),
    "parts with letters": (crossed("part_a part_b"), "may be parts of a download"),
    "a part among classes": (crossed("benign malignant part_2"), "'part_2' may be parts of a download"),
    "parts of patients": (
        [("files", f"p{i}", f"p{i}{k}", f"s{i}{k}") for i in (10, 11) for k in range(8)],
        "'p10' and 'p11': they may be classes, patients or parts",
    ),
    "studies": (crossed("train valid", PATIENTS, "study1 study2"), "'study1' and 'study2': they may be"),
    "patients alone": (crossed(PATIENTS), "No words tell the folders apart, 'patient00'"),
    "many codes": (crossed(" ".join(f"{name}-{i}" for i in range(20) for name in ("ward", "home"))), "There are 40"),
    "numbers": (crossed("train_images val_images", "0 1 2"), "are numbers, '0', '1' and '2'"),
    "magnifications": (crossed("benign malignant", "40X 100X 200X 400X"), "'100X', '200X' and 2 more look like"),
    "parts above classes": (crossed("images_001 images_002", "benign malignant"), "may be parts of a download"),
    "few for patients": (crossed("benign malignant", "0 1 2"), "are few, and most of them stand for several"),
    "two of words": (
        crossed("train valid", "XR_WRIST XR_HAND", PATIENTS, "study1_negative study1_positive"),
        "Say --folders split/class/group or split/any/group/class",
    ),
    "side beside others": (crossed("train test other", "cyst stone"), "'other' stands beside them"),
    "one side beside others": (crossed("trainval test", "cyst stone"), "'trainval' stands beside them"),
    "side below one folder": (crossed("set", "train test other"), "say --folders any/class if these"),
    "sides of one kind": (crossed("train training"), "they are of one side"),
    "split and class in a name": (crossed("train_benign train_malignant test_benign test_malignant"), "more than that"),
    "split and ward in a name": (crossed("train_home test_ward", "cyst stone"), "more than that"),
    "second split": (crossed("train test", "Train Test", "cyst stone"), "sides of a second split"),
    "copies": (
        [("yes",), ("no",), ("brain", "yes"), ("brain", "no")],
        "In 'brain' lie folders that are named as classes are, 'no' and 'yes'",
    ),
    "copies, deeper": ([("yes", "1"), ("no", "2"), ("brain", "a", "no")], "In 'brain' lie folders"),
    "split of one class": ([("normal", "train"), ("normal", "test"), ("PNEU",)], "may be a split, and others do not"),
    "patients of one class": ([("normal", "p1"), ("normal", "p2"), ("PNEU",)], "may be patients, and others do not"),
}  # fmt: skip


@pytest.mark.parametrize(("folders", "said"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_doubt_has_a_way_out_that_works(folders: Folders, said: str) -> None:
    doubts = read_levels(folders).doubts
    assert any(said in doubt for doubt in doubts)
    for doubt in doubts:
        ways = re.findall(r"(?:--folders |, | or )([a-z]+(?:/[a-z]+)+)|--folders ([a-z]+)", doubt)
        assert ways
        for way in ways:
            meant = read_levels(folders, parse_levels("".join(way)))
            assert not meant.doubts
            assert len(classes(meant, folders)) > 1


def classes(levels: Levels, folders: Folders) -> set[str]:
    place = levels.place("class")
    assert place is not None
    return {each[place] for each in folders}


def test_further_folders_of_some_images_are_said() -> None:
    said = read_levels([("normal",), ("PNEU", "bacteria"), ("PNEU", "virus")]).said
    assert "Some images lie in further folders, 'bacteria' and 'virus', which mean nothing here." in said
    assert not any("further" in each for each in read_levels([("normal",), ("PNEU", "images")]).said)


def test_a_split_may_be_said_of_names_that_hold_more() -> None:
    folders = crossed("train_home test_ward", "cyst stone")
    assert read_levels(folders, parse_levels("split/class")).said[0].startswith("The split is the folder's own")


def test_copies_may_be_left_out_where_two_classes_stay() -> None:
    (doubt,) = read_levels([("yes",), ("no",), ("brain scans", "yes")]).doubts
    assert "--folders class --leave-out 'brain scans' if not" in doubt
    (doubt,) = read_levels([("yes",), ("scans", "yes")]).doubts
    assert "--leave-out" not in doubt
