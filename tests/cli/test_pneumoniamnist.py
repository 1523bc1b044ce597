from pathlib import Path

import pytest

from angiogram.cli.diagnosing import diagnose_one
from angiogram.cli.request import Request
from angiogram.tap.ranks import ALONE

FILE = Path(__file__).parents[3] / "shared" / "data" / "pneumoniamnist.npz"


@pytest.mark.skipif(not FILE.is_file(), reason="PneumoniaMNIST is not on this machine")
def test_pneumoniamnist_is_diagnosed_on_its_own_split(tiny_folder, tmp_path):
    asked = Request(
        str(tiny_folder), str(FILE), tmp_path / "run", train_cases=80, test_cases=40, permutations=20, cache=tmp_path
    )
    diagnosed = diagnose_one(asked, tmp_path, print, ALONE)
    assert diagnosed is not None
    diagnosis = diagnosed.diagnosis
    assert diagnosis.classes == ("normal", "pneumonia")
    assert diagnosis.evaluated == 40
    assert "own split" in next(fact.value for fact in diagnosis.provenance if fact.name == "splits")
