"""Small downloads of published sets, in their layout: real pictures, lists and tables."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from PIL import Image as Pillow

from angiogram.data.annotations.named.chexpert import FINDINGS as CHEXPERT

Made = Callable[[Path], Path]


def picture(path: Path, width: int = 12, height: int = 8) -> Path:
    """A grey ramp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(np.arange(width * height, dtype=np.uint8).reshape(height, width)).save(path)
    return path


def mask(path: Path, box: tuple[int, int, int, int] | None, width: int = 20, height: int = 10) -> Path:
    """Black, and white from left and top up to right and bottom (which are no longer white)."""
    pixels = np.zeros((height, width), np.uint8)
    if box is not None:
        pixels[box[1] : box[3], box[0] : box[2]] = 255
    Pillow.fromarray(pixels).save(path)
    return path


def text(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def busi(folder: Path) -> Path:
    root = folder / "Dataset_BUSI_with_GT"
    for name in ("benign/benign (1)", "benign/benign (2)", "malignant/malignant (1)", "normal/normal (1)"):
        picture(root / f"{name}.png", 20, 10)
    mask(root / "benign" / "benign (1)_mask.png", (5, 2, 10, 6))
    mask(root / "benign" / "benign (2)_mask.png", (0, 0, 4, 5))
    mask(root / "benign" / "benign (2)_mask_1.png", (10, 5, 20, 10))
    mask(root / "malignant" / "malignant (1)_mask.png", (2, 1, 4, 9))
    mask(root / "normal" / "normal (1)_mask.png", None)
    return folder


def kermany(folder: Path) -> Path:
    root = folder / "chest_xray"
    for name in (
        "train/PNEUMONIA/person12_bacteria_3.jpeg", "train/PNEUMONIA/person12_bacteria_4.jpeg",
        "train/PNEUMONIA/person12_virus_30.jpeg", "train/NORMAL/IM-0115-0001.jpeg",
        "train/NORMAL/IM-0115-0001-0002.jpeg", "val/NORMAL/NORMAL2-IM-1427-0001.jpeg",
        "test/NORMAL/NORMAL2-IM-0123-0001.jpeg", "test/PNEUMONIA/person1_virus_6.jpeg",
        "test/PNEUMONIA/BACTERIA-40699-0001.jpeg",
    ):  # fmt: skip
        picture(root / name)
    (root / "train" / "NORMAL" / ".DS_Store").touch()
    return folder


FIGURE = "2020.02.10.20021584-p6-52"


def covid_ct(folder: Path) -> Path:
    """With the table of patients as a workbook; one image is in no table, one is named there without its suffix."""
    root = folder / "COVID-CT-master"
    parts = {
        "COVID": {"train": (f"{FIGURE}%0.png", f"{FIGURE}%1.png"), "val": ("a.png",), "test": ("b.png",)},
        "NonCOVID": {"train": ("1%0.jpg", "1%1.jpg"), "val": ("43.png",), "test": ("Non-Covid (7).png",)},
    }  # fmt: skip
    for kind, sides in parts.items():
        for side, names in sides.items():
            text(root / "Data-split" / kind / f"{side}CT_{kind}.txt", *names)
            for name in names:
                picture(root / "Images-processed" / f"CT_{kind}" / name)
    workbook(
        root / "COVID-CT-MetaInfo.xlsx",
        [
            ("File name", "Patient ID", "Age"),
            (f"{FIGURE}%0.png", "Patient 2", "50"),
            (f"{FIGURE}%1", "Patient 2", None),
            ("a.png", "Patient 3", "41"),
        ],
    )
    text(
        root / "NonCOVID-CT-MetaInfo.csv", ",image name,patient id,,patient_id",
        "0,1%0.jpg,crawled_patient_1,15,1", "1,1%1.jpg,crawled_patient_1,15,1", "2,43.png,medpix_patient_67,14,67",
        "3,Non-Covid (7).png,medpix_patient_68,14,68",
    )  # fmt: skip
    return folder


def workbook(path: Path, rows: Sequence[Sequence[str | None]]) -> Path:
    """As Excel writes it: texts in one list, numbers in their cells, nothing for empty cells."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts = list(dict.fromkeys(value for row in rows for value in row if value and not value.isdigit()))
    lines = ""
    for number, row in enumerate(rows, 1):
        cells = (_cell(f"{chr(65 + i)}{number}", value, texts) for i, value in enumerate(row))
        lines += f'<row r="{number}">{"".join(cells)}</row>'
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as file:
        file.writestr(
            "xl/workbook.xml", f'<workbook {main}><sheets><sheet name="Sheet1" sheetId="1"/></sheets></workbook>'
        )
        file.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{lines}</sheetData></worksheet>")
        shared = "".join(f"<si><r><t>{value[:1]}</t></r><r><t>{value[1:]}</t></r></si>" for value in texts)
        file.writestr("xl/sharedStrings.xml", f"<sst {main}>{shared}</sst>")
    return path


def _cell(place: str, value: str | None, texts: list[str]) -> str:
    if value is None:
        return ""
    return (
        f'<c r="{place}"><v>{value}</v></c>'
        if value.isdigit()
        else f'<c r="{place}" t="s"><v>{texts.index(value)}</v></c>'
    )


def labels(**known: str) -> str:
    """The cells of the thirteen findings, with blanks in names as `_`."""
    return ",".join(known.get(name.replace(" ", "_"), "") for name in CHEXPERT)


def chexpert(folder: Path) -> Path:
    root = folder / "CheXpert-v1.0-small"
    head = f"Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,{','.join(CHEXPERT)}"
    train = {
        "train/patient00001/study1/view1_frontal.jpg": ("1.0", labels(Support_Devices="1.0", Pneumothorax="0.0")),
        "train/patient00002/study2/view1_frontal.jpg": ("", labels(Edema="-1.0", Cardiomegaly="1.0", Fracture="0.0")),
        "train/patient00002/study2/view2_lateral.jpg": ("", labels(Edema="-1.0", Cardiomegaly="1.0", Fracture="0.0")),
    }
    valid = {
        "valid/patient64541/study1/view1_frontal.jpg": ("0.0", labels(**{n.replace(" ", "_"): "0.0" for n in CHEXPERT}))
    }
    for name, found in (("train", train), ("valid", valid)):
        rows = (
            f"CheXpert-v1.0-small/{path},Female,68,Frontal,AP,{nothing},{values}"
            for path, (nothing, values) in found.items()
        )
        text(root / f"{name}.csv", head, *rows)
        for path in found:
            picture(root / path)
    return folder


def mimic_cxr_jpg(folder: Path) -> Path:
    images = (
        ("02aa804e-bde0afdd", "10000032", "50414267", "train"), ("174413ec-4ec4c1f7", "10000032", "50414267", "train"),
        ("2a2277a9-b0ded155", "10000764", "57375967", "validate"),
        ("e084de3b-be89b11e", "11000011", "53189527", "test"), ("68b5c4b1-227d0485", "11000011", "53911762", "test"),
    )  # fmt: skip
    compressed(
        folder / "mimic-cxr-2.0.0-split.csv.gz", "dicom_id,study_id,subject_id,split",
        *(f"{image},{study},{subject},{side}" for image, subject, study, side in images),
    )  # fmt: skip
    compressed(
        folder / "mimic-cxr-2.0.0-chexpert.csv.gz", f"subject_id,study_id,No Finding,{','.join(CHEXPERT)}",
        f"10000032,50414267,1.0,{labels()}",
        f"10000764,57375967,,{labels(Pleural_Effusion='-1.0', Lung_Opacity='1.0')}",
        f"11000011,53189527,,{labels(Pneumonia='1.0')}",
    )  # fmt: skip
    for image, subject, study, _ in images:
        picture(folder / "files" / f"p{subject[:2]}" / f"p{subject}" / f"s{study}" / f"{image}.jpg")
    return folder


def compressed(path: Path, *lines: str) -> Path:
    with gzip.open(path, "wt") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


NIH_HEAD = (
    "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
    "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],"
)
NIH_BOXES = "Image Index,Finding Label,Bbox [x,y,w,h],,,"


def nih_chestxray14(folder: Path) -> Path:
    """As Kaggle has it, in two folders of images."""
    entries = {
        "00000001_000.png": "Cardiomegaly", "00000001_001.png": "Cardiomegaly|Pleural_Thickening",
        "00000002_000.png": "No Finding", "00000003_000.png": "Infiltration|Nodule",
    }  # fmt: skip
    text(
        folder / "Data_Entry_2017.csv", NIH_HEAD,
        *(f"{name},{found},0,{int(name[:8])},57,M,PA,2682,2749,0.143,0.143," for name, found in entries.items()),
    )  # fmt: skip
    text(
        folder / "BBox_List_2017.csv", NIH_BOXES,
        "00000001_001.png,Cardiomegaly,256,512,512,256", "00000003_000.png,Infiltrate,0,0,102.4,204.8,,,",
        "00000003_000.png,Nodule,512,512,64,64", "00000003_000.png,Nodule,640,512,64,64",
    )  # fmt: skip
    text(folder / "train_val_list.txt", "00000001_000.png", "00000001_001.png", "00000002_000.png")
    text(folder / "test_list.txt", "00000003_000.png")
    for number, names in ((1, list(entries)[:2]), (2, list(entries)[2:])):
        for name in names:
            picture(folder / f"images_00{number}" / "images" / name, 16, 16)
    return folder


DOWNLOADS: dict[str, Made] = {
    "busi": busi,
    "chexpert": chexpert,
    "covid-ct": covid_ct,
    "kermany": kermany,
    "mimic-cxr-jpg": mimic_cxr_jpg,
    "nih-chestxray14": nih_chestxray14,
}
"""Those that need no DICOM; `radiographs.py` makes the other."""
