"""Small downloads of VinDr-CXR: DICOM from PhysioNet, PNG from Kaggle."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from tests.data.annotations.named.downloads import picture, text

FINDINGS = ("Aortic enlargement", "Cardiomegaly", "ILD", "Nodule/Mass", "Pneumonia", "Other diseases")
BOXES = {
    "a1": (
        ("R8", "Cardiomegaly", 100, 200, 300, 400), ("R9", "Cardiomegaly", 120, 200, 320, 400),
        ("R10", "Nodule/Mass", 10, 10, 20, 20), ("R8", "Aortic enlargement", 200, 50, 240, 90),
        ("R9", "Aortic enlargement", 200, 50, 240, 90), ("R10", "Aortic enlargement", 200, 50, 240, 96),
    ),
    "b2": (("R8", "No finding"), ("R9", "No finding"), ("R10", "No finding")),
}  # fmt: skip
"""Of two images in training, drawn by three readers; the first is 400 pixels wide and 800 high."""


def physionet(folder: Path) -> Path:
    """Two images in training and two in test, with reports of them in DICOM."""
    from tests.imaging.dicom.planted_files import write

    for number, (name, (height, width)) in enumerate(
        {"train/a1": (800, 400), "train/b2": (40, 20), "test/c3": (100, 200), "test/d4": (10, 10)}.items()
    ):
        path = folder / f"{name}.dicom"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, np.arange(height * width, dtype=np.uint16).reshape(height, width), number=number)
    rows = [
        f"a1,R8,{_cells(Cardiomegaly=1, Aortic=1)}", f"a1,R9,{_cells(Cardiomegaly=1, Aortic=1, Pneumonia=1)}",
        f"a1,R10,{_cells(Nodule=1, Aortic=1)}", *(f"b2,{reader},{_cells(nothing=1)}" for reader in ("R8", "R9", "R10")),
    ]  # fmt: skip
    notes = folder / "annotations"
    text(notes / "image_labels_train.csv", f"image_id,rad_id,{','.join(FINDINGS)},No finding", *rows)
    text(notes / "annotations_train.csv", "image_id,rad_id,class_name,x_min,y_min,x_max,y_max", *_lines(BOXES))
    text(
        notes / "image_labels_test.csv", f"image_id,{','.join(FINDINGS[:-1])},Other disease,No finding",
        f"c3,{_cells(ILD=1)}", f"d4,{_cells(nothing=1)}",
    )  # fmt: skip
    text(
        notes / "annotations_test.csv", "image_id,class_name,x_min,y_min,x_max,y_max",
        "c3,ILD,20,10,100,60", "c3,ILD,120,10,180,60", "d4,No finding,,,,",
    )  # fmt: skip
    return folder


def kaggle_png(folder: Path) -> Path:
    """The training part as PNG, a quarter as large."""
    picture(folder / "train" / "a1.png", 100, 200)
    picture(folder / "train" / "b2.png", 5, 10)
    numbers = {name: number for number, name in enumerate((*FINDINGS, "No finding"))}
    lines = [line.split(",") for line in _lines(BOXES)]
    text(
        folder / "train.csv", "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max",
        *(",".join((image, found, str(numbers[found]), reader, *sides)) for image, reader, found, *sides in lines),
    )  # fmt: skip
    text(folder / "train_meta.csv", "image_id,dim0,dim1", "a1,800,400", "b2,40,20")
    return folder


def _lines(boxes: Mapping[str, tuple[tuple[object, ...], ...]]) -> list[str]:
    return [
        ",".join((image, *map(str, drawn), *[""] * (6 - len(drawn)))) for image, rows in boxes.items() for drawn in rows
    ]


def _cells(nothing: int = 0, **seen: int) -> str:
    first = {name.split("/")[0].split(" ")[0]: name for name in FINDINGS}
    assert set(seen) <= set(first)
    return ",".join([*(str(seen.get(short, 0)) for short in first), str(nothing)])
