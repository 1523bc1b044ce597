"""Sets in which one image may show several findings: each is asked about against all else."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.cases import Cases
from angiogram.data.sources import open_cases, open_findings
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError

CHEST14 = """Image Index,Finding Labels,Patient ID
0.png,Cardiomegaly|Pleural_Thickening,1
1.png,No Finding,1
2.png,Cardiomegaly,2
3.png,Pleural_Thickening,3
"""
CHEXPERT = "path,Edema,Mass\n0.png,1.0,0\n1.png,0.0,1\n2.png,-1.0,0\n3.png,,1\n"


@pytest.fixture
def table(tmp_path: Path):
    for i in range(4):
        Pillow.fromarray(np.full((4, 4), i, np.uint8)).save(tmp_path / f"{i}.png")

    def written(text: str) -> str:
        (tmp_path / "set.csv").write_text(text)
        return str(tmp_path / "set.csv")

    return written


def opened(path: str, finding: str | None, *columns: str, image: str | None = None) -> Cases:
    return open_cases(path, Path(path).parent, options=SourceOptions(TableOptions(image, columns), finding=finding))


def test_labels_that_stand_in_one_column(table) -> None:
    path = table(CHEST14)
    options = SourceOptions(TableOptions("Image Index", ("Finding Labels",)))
    assert open_findings(path, Path(path).parent, options=options) == ("Cardiomegaly", "Pleural_Thickening")
    for name in ("Pleural_Thickening", "Pleural Thickening"):
        cases = opened(path, name, "Finding Labels", image="Image Index")
        assert cases.classes == ("no", "yes") and [row.label for row in cases.rows] == ["yes", "no", "no", "yes"]
        assert cases.ask() == "Does the image show pleural thickening: no or yes?"
        assert [row.group for row in cases.rows] == ["1", "1", "2", "3"]
    with pytest.raises(InputError, match=r"holds 2 findings, .*: Cardiomegaly, Pleural_Thickening; name one"):
        opened(path, None, "Finding Labels", image="Image Index")
    with pytest.raises(InputError, match=r"'Cardiomegalie'; known are .*; did you mean 'Cardiomegaly'\?"):
        opened(path, "Cardiomegalie", "Finding Labels", image="Image Index")


def test_findings_with_a_column_each_and_those_that_are_not_sure(table) -> None:
    cases = opened(table(CHEXPERT), "Mass", "Edema", "Mass")
    assert [row.label for row in cases.rows] == ["no", "yes", "no", "yes"]
    with pytest.raises(InputError, match="another value in each of its 2 rows"):
        opened(table(CHEXPERT), "Edema", "Edema", "Mass")
    with pytest.raises(InputError, match="The column 'Mass' holds 'large'; where several columns are labels, each"):
        opened(table(CHEXPERT.replace("2.png,-1.0,0", "2.png,-1.0,large")), "Edema", "Edema", "Mass")


def test_a_finding_of_a_set_with_one_label_an_image(table) -> None:
    path = table("image,label\n0.png,a\n1.png,b\n2.png,a\n3.png,b\n")
    assert open_findings(path, Path(path).parent) == ()
    with pytest.raises(InputError, match="holds one label an image; a finding names one of several"):
        opened(path, "a")
    with pytest.raises(InputError, match="'phantom' has one label an image"):
        open_cases("phantom", Path(path).parent, options=SourceOptions(finding="a"))


def test_findings_of_an_npz(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = {}
    for part in ("train", "val", "test"):
        arrays[f"{part}_images"] = rng.integers(0, 256, (6, 8, 8), np.uint8)
        arrays[f"{part}_labels"] = np.array([[i % 2] + [i // 3] * 13 for i in range(6)])
    np.savez(tmp_path / "chestmnist.npz", **arrays)
    path = str(tmp_path / "chestmnist.npz")
    names = open_findings(path, tmp_path)
    assert len(names) == 14 and names[0] == "atelectasis"
    cases = open_cases(path, tmp_path, options=SourceOptions(finding="atelectasis"))
    assert cases.classes == ("no", "yes") and cases.has_split and len(cases) == 18
    assert [row.label for row in cases.rows[:4]] == ["no", "yes", "no", "yes"]
    with pytest.raises(InputError, match="holds 14 findings"):
        open_cases(path, tmp_path)
    arrays["val_labels"][0, 0] = 3
    np.savez(tmp_path / "chestmnist.npz", **arrays)
    with pytest.raises(InputError, match=r"or 0 and 1 \[6, findings\]"):
        open_cases(path, tmp_path)


def test_the_question_of_a_table(table) -> None:
    rows = [f"{i}.png,{'ab'[i % 2]},Which is it?" for i in range(4)]
    cases = open_cases(table("\n".join(["image,label,question", *rows])), Path("cache"))
    assert cases.question == "Which is it?" and cases.rows[0].columns == ()
    rows[0] = "0.png,a,Is it a?"
    cases = open_cases(table("\n".join(["image,label,question", *rows])), Path("cache"))
    assert "{options}" in cases.question
    assert any("'question' holds 2 questions; all images are asked one" in said for said in cases.statements)
