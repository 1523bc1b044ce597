from pathlib import Path

import pytest

import angiogram as ag

FILE = Path(__file__).parents[3] / "shared" / "data" / "pneumoniamnist.npz"


@pytest.mark.nightly
@pytest.mark.skipif(not FILE.is_file(), reason="PneumoniaMNIST is not on this machine")
def test_pneumoniamnist_is_diagnosed_on_its_own_split(tiny_folder, tmp_path):
    run = ag.diagnose(
        tiny_folder, FILE, tmp_path / "run", train_cases=80, test_cases=40, permutations=20, cache=tmp_path
    )
    assert run.diagnosis.classes == ("normal", "pneumonia")
    assert run.diagnosis.evaluated == 40
    facts = dict(zip(*(run.table("provenance")[name].to_pylist() for name in ("name", "value")), strict=True))
    assert "own split" in facts["splits"]
