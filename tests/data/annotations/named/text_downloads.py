"""Small downloads of sets of questions, reports and volumes, in their layout."""

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import polars as pl
from PIL import Image as Pillow
from tests.data.annotations.named.downloads import Made, compressed, picture, text


def slake(folder: Path) -> Path:
    """Three images; the liver stands once in the first, the lung twice."""
    boxes = {
        "xmlab0": [{"Liver": [2.0, 1.0, 10.0, 5.0]}, {"Lung": [0, 0, 5, 5]}, {"Lung": [10, 5, 10, 5]}],
        "xmlab1": [{"Brain Edema": [5, 0, 5, 10]}],
    }
    for name in ("xmlab0", "xmlab1", "xmlab2"):
        picture(folder / "imgs" / name / "source.jpg", 20, 10)
        picture(folder / "imgs" / name / "mask.png", 20, 10)
    for name, found in boxes.items():
        (folder / "imgs" / name / "detection.json").write_text(json.dumps(found))
    ask = slake_question
    lists = {
        "train": [
            ask(0, "xmlab0", "Does the picture contain liver?", "Yes"),
            ask(1, "xmlab0", "Is this CT or MRI?", "MRI"),
            ask(2, "xmlab0", "Which organ is the largest?", "Liver", "OPEN"),
            ask(3, "xmlab0", "图中有肝脏吗?", "有", language="zh"),
        ],
        "validate": [ask(4, "xmlab1", "Is this CT or MRI?", "CT"), ask(5, "xmlab1", "Left or right brain?", "Left")],
        "test": [ask(0, "xmlab2", "Is the lung healthy?", "No"), ask(1, "xmlab2", "Where is the nodule?", "2", "OPEN")],
    }
    for name, questions in lists.items():
        (folder / f"{name}.json").write_text(json.dumps(questions, ensure_ascii=False), "utf-8")
    return folder


def slake_question(
    number: int, image: str, question: str, answer: str, kind: str = "CLOSED", language: str = "en"
) -> dict[str, Any]:
    return {
        "img_id": int(image.removeprefix("xmlab")), "img_name": f"{image}/source.jpg", "question": question,
        "answer": answer, "q_lang": language, "location": "Abdomen", "modality": "MRI", "answer_type": kind,
        "base_type": "vqa", "content_type": "Organ", "triple": ["vhead", "_", "_"], "qid": number,
    }  # fmt: skip


def vqa_rad(folder: Path) -> Path:
    """Images 1 and 2 are of one case; image 1 is in both splits; the fourth question has an answer that is a number."""
    questions = [
        ("0", "synpic1.jpg", "a", "Is there fluid?", "Yes", "CLOSED", "freeform"),
        (1, "synpic2.jpg", "a", "Is there fluid?", "no", "CLOSED ", "para"),
        (2, "synpic3.jpg", "b", "What is shown?", "the liver", "OPEN", "freeform"),
        (3, "synpic3.jpg", "b", "How many lesions?", 2, "OPEN", "freeform"),
        (4, "synpic1.jpg", "a", "Solid or cystic?", "Solid", "CLOSED", "test_freeform"),
        (5, "synpic4.jpg", "c", "Is the heart large?", "No", "CLOSED", "test_para"),
    ]
    entries = [
        {
            "qid": number, "phrase_type": phrase, "qid_linked_id": f"link-{number}",
            "image_case_url": f"https://medpix.nlm.nih.gov/case?id={case}", "image_name": image,
            "image_organ": "CHEST", "evaluation": "evaluated", "question": question, "question_rephrase": "NULL",
            "question_relation": "NULL", "question_frame": "NULL", "question_type": "PRES", "answer": answer,
            "answer_type": kind,
        }
        for number, image, case, question, answer, kind, phrase in questions
    ]  # fmt: skip
    (folder / "VQA_RAD Dataset Public.json").write_text(json.dumps(entries))
    for i in (1, 2, 3, 4):
        picture(folder / "VQA_RAD Image Folder" / f"synpic{i}.jpg")
    return folder


def held(shade: int, suffix: str = "PNG") -> bytes:
    """A picture of one grey value, as a file's bytes."""
    file = BytesIO()
    Pillow.new("L", (6, 4), shade).save(file, suffix)
    return file.getvalue()


def shard(path: Path, rows: Sequence[tuple[int, str, str]]) -> None:
    """As Hugging Face `datasets` writes: the image's bytes and name, question and answer; two rows a row group."""
    columns = {
        "image": [{"bytes": held(shade, "JPEG"), "path": None} for shade, _, _ in rows],
        "question": [question for _, question, _ in rows],
        "answer": [answer for _, _, answer in rows],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = {"image": pl.Struct({"bytes": pl.Binary, "path": pl.String}), "question": pl.String, "answer": pl.String}
    pl.DataFrame(columns, schema=schema).write_parquet(path, row_group_size=2)


def vqa_rad_parquet(folder: Path) -> Path:
    shard(
        folder / "data" / "train-00000-of-00001-eb8844602202be60.parquet",
        [(10, "is there fluid?", "yes"), (10, "what is shown?", "liver"), (90, "is it large?", "no")],
    )
    shard(folder / "data" / "test-00000-of-00001-e5bc3d208bb4deeb.parquet", [(90, "is it small?", "yes")])
    return folder


def path_vqa(folder: Path) -> Path:
    """Two training files that share an image, and a test image that the training has."""
    shard(
        folder / "data" / "train-00000-of-00002.parquet",
        [(10, "where are the cells?", "in the wall"), (10, "is it cancer?", "no"), (90, "what is shown?", "liver")],
    )
    shard(folder / "data" / "train-00001-of-00002.parquet", [(10, "is the wall thick?", "yes")])
    shard(folder / "data" / "validation-00000-of-00001.parquet", [(140, "what is this?", "a kidney")])
    shard(folder / "data" / "test-00000-of-00001.parquet", [(90, "is it fat?", "yes"), (200, "is it skin?", "no")])
    return folder


MIMIC = {
    "s50414267": """                                 FINAL REPORT
 EXAMINATION:  CHEST (PA AND LAT)

 INDICATION:  ___F with cough  // eval for infection

 FINDINGS:

 There is no focal consolidation.  The heart
 is of normal size.

 IMPRESSION:

 No acute process.

 NOTIFICATION:  By phone at 10:15.
""",
    "s57375967": " WET READ: ___ 9 PM\n  Clear.\n IMPRESSION:  Unchanged.\n",
    "s53189527": " PORTABLE CHEST, ONE VIEW.  The lungs are clear.\n",
    "s53911762": " FINDINGS AND IMPRESSION: A nodule.\n",
    "s50000001": " FINDINGS:  Clear.\n",
}


def mimic_cxr_reports(folder: Path) -> Path:
    """A study with PA, AP and lateral images, one with AP alone, one whose report has no headings, one lateral only."""
    images = (
        ("02aa804e", "10000032", "50414267", "train", "LATERAL"), ("174413ec", "10000032", "50414267", "train", "AP"),
        ("9a", "10000032", "50414267", "train", "PA"), ("2a2277a9", "10000764", "57375967", "validate", "AP"),
        ("e084de3b", "11000011", "53189527", "test", "PA"), ("68b5c4b1", "11000011", "53911762", "test", "LL"),
        ("77", "11000011", "53911762", "test", "PA"), ("5b", "10000764", "50000001", "validate", "LL"),
    )  # fmt: skip
    compressed(
        folder / "mimic-cxr-2.0.0-split.csv.gz", "dicom_id,study_id,subject_id,split",
        *(f"{image},{study},{subject},{side}" for image, subject, study, side, _ in images),
    )  # fmt: skip
    compressed(
        folder / "mimic-cxr-2.0.0-metadata.csv.gz",
        "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns",
        *(f'{image},{subject},{study},"CHEST (PA, LAT)",{view},3056,2544' for image, subject, study, _, view in images),
    )
    for image, subject, study, _, _ in images:
        place = folder / "files" / f"p{subject[:2]}" / f"p{subject}"
        picture(place / f"s{study}" / f"{image}.jpg")
        (place / f"s{study}.txt").write_text(MIMIC[f"s{study}"])
    return folder


def xml(
    number: int, images: Sequence[str], findings: str | None, impression: str | None, major: Sequence[str]
) -> bytes:
    """A report as Open-i has it."""
    parts = {"COMPARISON": "None.", "INDICATION": "Cough", "FINDINGS": findings, "IMPRESSION": impression}
    abstract = "".join(f'<AbstractText Label="{name}">{said or ""}</AbstractText>' for name, said in parts.items())
    terms = "".join(f"<major>{term}</major>" for term in major) + "<automatic>Opacity</automatic>"
    figures = "".join(f'<parentImage id="{name}"><caption>Chest</caption></parentImage>' for name in images)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><eCitation><meta type="rr"/><uId id="CXR{number}"/>'
        f"<MedlineCitation><Article><Abstract>{abstract}</Abstract></Article></MedlineCitation>"
        f"<MeSH>{terms}</MeSH>{figures}</eCitation>"
    ).encode()


IU = {
    1: xml(1, ["CXR1_1_IM-0001-3001", "CXR1_1_IM-0001-4001"], "The lungs are\n clear.", "Normal XXXX.", ["normal"]),
    2: xml(2, ["CXR2_IM-0652-1001"], None, "Large heart.", ["Cardiomegaly/borderline", "Catheters, Indwelling"]),
    3: xml(3, ["CXR3_1_IM-1384-1001"], None, None, ["No Indexing"]),
    10: xml(10, [], "No image.", "None.", ["normal"]),
}


def packed(path: Path, files: Mapping[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def iu_xray(folder: Path) -> Path:
    packed(folder / "NLMCXR_reports.tgz", {f"ecgen-radiology/{number}.xml": content for number, content in IU.items()})
    for name in ("CXR1_1_IM-0001-3001", "CXR1_1_IM-0001-4001", "CXR2_IM-0652-1001", "CXR3_1_IM-1384-1001"):
        picture(folder / "NLMCXR_png" / f"{name}.png")
    return folder


SPACED = np.diag([-0.7, -0.7, 1.5, 1.0])
SPACED[:3, 3] = (150, 120, -300)


def volume(path: Path, affine: np.ndarray = SPACED) -> Path:
    """A CT in Hounsfield units, int16: air, with water in the middle."""
    values = np.full((6, 5, 4), -1000, np.int16)
    values[2:4, 2:4] = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.Nifti1Image(values, affine).to_filename(path)
    return path


def ct_rate(folder: Path) -> Path:
    """Patient 1 with two reconstructions of one scan, patient 2 with a head scan; one patient for validation."""
    root = folder / "dataset"
    names = {
        "train": ["train_1_a_1.nii.gz", "train_1_a_2.nii.gz", "train_2_a_1.nii.gz"],
        "valid": ["valid_1_b_1.nii.gz"],
    }
    for side, files in names.items():
        long = "validation" if side == "valid" else side
        text(
            root / "radiology_text_reports" / f"{long}_reports.csv",
            "VolumeName,ClinicalInformation_EN,Technique_EN,Findings_EN,Impressions_EN",
            *(f'{name},Cough,Without contrast,"Lungs are clear, heart normal.",Not given.' for name in files),
        )
        text(
            root / "multi_abnormality_labels" / f"{side}_predicted_labels.csv",
            "VolumeName,Medical material,Lung nodule,Pleural effusion",
            *(f"{name},0,{int('train_1' in name)},{int('train_1' in name)}" for name in files),
        )
        text(
            root / "metadata" / f"{long}_metadata.csv", "VolumeName,RescaleIntercept,RescaleSlope,XYSpacing",
            *(f'{name},-8192,1,"[0.7, 0.7]"' for name in files),
        )  # fmt: skip
        for name in files:
            patient, scan = name.rsplit("_", 2)[0], name.rsplit("_", 1)[0]
            volume(root / f"{side}_fixed" / patient / scan / name)
    text(root / "metadata" / "no_chest_train.txt", "train/train_2/train_2_a/train_2_a_1.nii.gz")
    text(root / "metadata" / "no_chest_valid.txt")
    return folder


def medmnist_3d(folder: Path) -> Path:
    """Organs in two sizes, and nodules."""
    for name, side, classes in (("organmnist3d", 4, 11), ("organmnist3d_64", 8, 11), ("nodulemnist3d", 4, 2)):
        arrays: dict[str, np.ndarray] = {}
        for part, count in (("train", 3), ("val", 1), ("test", 2)):
            values = np.arange(count * side**3, dtype=np.uint8)
            arrays[f"{part}_images"] = values.reshape(count, side, side, side)
            arrays[f"{part}_labels"] = np.arange(count, dtype=np.uint8).reshape(-1, 1) % classes
        np.savez_compressed(folder / f"{name}.npz", **arrays)
    return folder


TEXTS: dict[str, Made] = {
    "ct-rate": ct_rate,
    "iu-xray": iu_xray,
    "medmnist-3d": medmnist_3d,
    "mimic-cxr-reports": mimic_cxr_reports,
    "path-vqa": path_vqa,
    "slake": slake,
    "vqa-rad": vqa_rad,
}
