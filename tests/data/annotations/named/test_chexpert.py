"""CheXpert: findings from columns, uncertain ones by the policy."""

import shutil
from pathlib import Path

import pytest
from tests.data.annotations.named.downloads import chexpert, labels, text
from tests.data.annotations.named.opened import LEFT_OUT, answers, rows

from angiogram.data.annotations.named.chexpert import FINDINGS, NOT_MENTIONED
from angiogram.data.annotations.named.source import Uncertain, open_named
from angiogram.errors import InputError

HEAD = f"Path,{','.join(FINDINGS)}"


@pytest.mark.parametrize(
    ("uncertain", "present", "unsure"),
    [
        ("ignore", ["cardiomegaly"], ["edema"]),
        ("negative", ["cardiomegaly"], []),
        ("positive", ["cardiomegaly", "edema"], []),
    ],
)
def test_uncertain_findings_are_taken_as_asked_for(
    tmp_path: Path, uncertain: Uncertain, present: list[str], unsure: list[str]
):
    found = answers("chexpert", chexpert(tmp_path), "multi_label", "labels", "unsure", uncertain=uncertain)
    assert found == [
        ("view1_frontal.jpg", ["support devices"], []),
        ("view1_frontal.jpg", present, unsure),
        ("view2_lateral.jpg", present, unsure),
        ("view1_frontal.jpg", [], []),
    ]


def test_patient_study_side_and_words(tmp_path: Path):
    found = rows("chexpert", chexpert(tmp_path), "multi_label", "positive")
    assert [(row["group"], row["study"], row["split"]) for row in found] == [
        ("patient00001", "patient00001/study1", "train"),
        ("patient00002", "patient00002/study2", "train"),
        ("patient00002", "patient00002/study2", "train"),
        ("patient64541", "patient64541/study1", "validation"),
    ]
    assert [row["target"] for row in found[1::2]] == ["cardiomegaly, edema", "none of these"]
    assert found[0]["prompt"].startswith("Which of these findings does the chest radiograph show: enlarged cardio")
    assert len(found[0]["answer"]["options"]) == 13 and "no finding" not in found[0]["answer"]["options"]
    assert NOT_MENTIONED in open_named("chexpert", tmp_path).statements


def test_a_partial_download_is_what_it_holds(tmp_path: Path):
    shutil.rmtree(chexpert(tmp_path) / "CheXpert-v1.0-small" / "train" / "patient00002")
    table = open_named("chexpert", tmp_path)
    assert table.entries.collect().height == 2
    assert LEFT_OUT.format(2, 4) in table.statements


def test_a_table_that_lacks_a_finding_or_is_no_text_is_one_sentence(tmp_path: Path):
    root = chexpert(tmp_path) / "CheXpert-v1.0-small"
    text(root / "valid.csv", "Path,Sex", f"a.jpg,{labels()}")
    with pytest.raises(InputError, match="cannot be read as a table"):
        open_named("chexpert", tmp_path)
    text(root / "valid.csv", "Path,Sex", "a.jpg,Female")
    with pytest.raises(InputError, match="has no column 'Enlarged Cardiomediastinum'; it has Path, Sex"):
        open_named("chexpert", tmp_path)
    text(root / "valid.csv", HEAD, f"a.jpg,{labels(Edema='yes')}")
    with pytest.raises(InputError, match=r"valid.csv' holds 'yes' in the column 'Edema', where 1 \(present\)"):
        open_named("chexpert", tmp_path)
    (root / "valid.csv").write_bytes(b"Path,Sex\n\xff\xfe,M\n")
    with pytest.raises(InputError, match=r"valid.csv' cannot be read as a table: invalid utf-8 sequence"):
        open_named("chexpert", tmp_path)
