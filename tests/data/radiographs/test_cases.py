from pathlib import Path

import pytest

from angiogram.data.cases import Cases
from angiogram.data.radiographs import cases as radiographs
from angiogram.data.radiographs.making import Wanted, make_radiographs
from angiogram.data.radiographs.measures import GRADE_NAMES
from angiogram.errors import InputError


@pytest.fixture
def cases(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cases:
    def made(out: Path, wanted: Wanted, cache: Path, progress: object) -> object:
        return make_radiographs(out, Wanted(images=20, size=32, counterfactuals=0), cache, patient=folder)

    monkeypatch.setattr(radiographs, "make_radiographs", made)
    return radiographs.radiograph_cases(tmp_path)


def test_frontal_radiographs_are_cases_by_their_grade(cases: Cases):
    assert cases.classes == GRADE_NAMES and len(cases) > 4 and cases.has_split
    assert {dict(row.columns)["view"] for row in cases.rows} <= {"PA", "AP"}
    assert len({row.group for row in cases.rows}) == len(cases)
    image = cases.read(cases.rows[0])
    assert image.pixels.shape == (32, 32) and "simulated" in image.made[0]
    assert "one patient" in cases.statements[0] and "up to 0.50" in cases.statements[-1]
    assert "normal, mildly enlarged" in cases.ask()


def test_a_missing_image_is_one_sentence(cases: Cases, tmp_path: Path):
    next(tmp_path.rglob(f"{cases.rows[0].id}.png")).unlink()
    with pytest.raises(InputError, match="no readable image"):
        cases.read(cases.rows[0])
