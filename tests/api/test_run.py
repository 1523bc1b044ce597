"""A run in Python: opened, read as tables, shown."""

import importlib.util
import json
import re
from dataclasses import asdict, is_dataclass
from html import unescape
from pathlib import Path
from types import NoneType
from typing import get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa
import pytest

import angiogram as ag
from angiogram.api.tables import IN_FOLDER, IN_REPORT, report_table
from angiogram.diagnose.tell.diagnosis import Diagnosis

SAMPLES = Path(__file__).parents[1] / "report"  # that tests of the report share
PICTURES = {"examples", "evidence", "maps", "confusions"}  # the page shows them; `confusion` has the counts


TOLD = {"folds": 2, "permutations": 20, "resamples": 200}


@pytest.fixture(scope="module")
def made(desk) -> ag.Run:
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(desk)
        return ag.diagnose("my-model", "my-images", "runs/read", **TOLD, cache=desk / "cache", progress=None)


@pytest.fixture
def run(made, at_desk) -> ag.Run:
    """A finished run, the working folder above it; not to be changed."""
    return made


def test_it_is_the_same_read_back(run):
    again = ag.open_run(run.folder)
    for name in ("stages", "curve", "verdicts", "ladder"):
        assert again.table(name).equals(run.table(name)), name
    assert (again.headline, again.proof, again.fault, again.verdicts) == (
        run.headline, run.proof, run.fault, run.verdicts,
    )  # fmt: skip
    assert repr(run) == f"<run 'runs/read': {run.headline}>"


def test_the_settings_are_those_that_were_told(run):
    assert run.settings == ag.Settings(permutations=20, resamples=200)
    told = json.loads((run.folder / "config.json").read_text())
    (run.folder / "config.json").write_text(json.dumps({**told, "settings": {**told["settings"], "taste": 1}}))
    with pytest.raises(ag.InputError, match="of another version; its settings must be margin, probe"):
        asdict(run.settings)
    (run.folder / "config.json").write_text(json.dumps(told))
    again = ag.diagnose("my-model", "my-images", "runs/again", folds=2, progress=None, **asdict(run.settings))
    assert again.table("stages").equals(run.table("stages")) and again.settings == run.settings


def test_every_table_is_there_or_says_why_not(run):
    assert len(set(run.tables)) == len(run.tables) > 20
    for name in run.tables:
        if name == "nuisance_taps":
            with pytest.raises(ag.InputError, match=r"no table 'nuisance_taps': there is no '.*nuisance.parquet'"):
                run.table(name)
        else:
            table = run.table(name)
            assert isinstance(table, pa.Table) and table.num_columns > 0, name
    assert run.table("summary").num_rows == 1 and run.table("windows").num_rows == 0
    assert run.table("lens").num_rows == 3 and run.table("taps").num_rows == run.table("curve").num_rows
    assert run.table("cases").num_rows == 24


def test_the_numbers_are_those_of_the_diagnosis(run):
    stages, curve, d = run.table("stages"), run.table("curve"), run.diagnosis
    assert stages["accuracy_low"].to_pylist() == [s.accuracy and s.accuracy.low for s in d.stages]
    assert curve["accuracy"].to_pylist() == run.table("probes")["accuracy"].to_pylist()
    assert run.table("summary")["total_high"].to_pylist() == [d.total.high]
    right = np.equal(*(run.table("predictions")[name].to_pylist() for name in ("label", "stage.V")))
    assert right.mean() == pytest.approx(stages["accuracy"][1].as_py())
    confusion = run.table("confusion").to_pylist()
    assert {row["stage"] for row in confusion} == {c.stage for c in d.confusions}
    assert sum(row["count"] for row in confusion if row["stage"] == "S") == d.evaluated


def test_every_number_of_the_report_stands_in_one_table(run):
    report = (run.folder / "report.json").read_text()
    digits: list[str] = []
    keep = digits.append
    told = json.loads(report, parse_int=lambda n: keep(n) or int(n), parse_float=lambda n: keep(n) or float(n))
    numbers = dict(zip(*(run.table("numbers")[name].to_pylist() for name in ("path", "value")), strict=True))
    assert len(numbers) + 1 == len(digits) > 200  # the other is the version of the format
    value = told
    for name in re.findall(r"\w+", path := "ladder.rungs[0].before"):
        value = value[int(name)] if name.isdigit() else value[name]
    assert numbers[path] == value and numbers["stages[1].accuracy.low"] == run.diagnosis.stages[1].accuracy.low


def test_every_list_of_the_report_is_a_table_or_a_picture():
    def lists(kind: type, before: str = ""):
        for name, hint in get_type_hints(kind).items():
            inner = [a for a in get_args(hint) if a is not NoneType]
            plain = inner[0] if NoneType in get_args(hint) else hint
            if get_origin(plain) is tuple and is_dataclass(get_args(plain)[0]):
                yield before + name
            elif is_dataclass(plain):
                yield from lists(plain, f"{before}{name}.")

    assert set(lists(Diagnosis)) <= set(IN_REPORT.values()) | PICTURES


def test_a_diagnosis_with_everything_in_it_has_every_table(monkeypatch):
    monkeypatch.syspath_prepend(SAMPLES)
    from report_sample import sample_diagnosis

    diagnosis = sample_diagnosis()
    for name in IN_REPORT:
        table = report_table(diagnosis, name)
        assert table is not None and table.num_rows > 0, name
    steps = report_table(diagnosis, "steps")
    assert steps.column_names == ["start", "end", "mode", "title", "loss", "loss_low", "loss_high"]
    causes = report_table(diagnosis, "windows")
    assert causes.schema.field("blocks").type == pa.list_(pa.int64())


def test_an_unknown_table_names_the_nearest(run):
    with pytest.raises(ag.InputError, match=r"no table 'verdict'; known are .*; did you mean 'verdicts'"):
        run.table("verdict")


@pytest.mark.parametrize("name", ["answers", "taps"])
def test_a_damaged_or_missing_table_is_one_sentence(run, tmp_path, name):
    other = ag.Run(tmp_path, run.diagnosis)
    with pytest.raises(ag.InputError, match=f"This run has no table '{name}'"):
        other.table(name)
    (tmp_path / IN_FOLDER[name]).write_text("{")
    with pytest.raises(ag.InputError, match="is damaged or holds something else"):
        other.table(name)


def test_what_is_no_run_is_one_sentence(tmp_path):
    with pytest.raises(ag.InputError, match="There is no run folder"):
        ag.open_run(tmp_path / "none")
    with pytest.raises(ag.InputError, match="There is no report at"):
        ag.open_run(tmp_path)
    with pytest.raises(ag.InputError, match="named by a path, not by '5'"):
        ag.open_run(5)


def test_pandas_where_it_is_and_a_sentence_where_it_is_not(run):
    if importlib.util.find_spec("pandas") is None:
        with pytest.raises(ag.InputError, match="needs pandas, which is not installed here: `pip install pandas`"):
            run.to_pandas("stages")
    else:
        assert list(run.to_pandas("stages").columns) == run.table("stages").column_names


def test_the_page_stands_in_a_frame_of_its_own(run):
    shown = run.show(height=640)
    frame = shown._repr_html_()
    assert 'sandbox="allow-scripts"' in frame and "height: 640px" in frame and "my-model on my-images" in frame
    (page,) = re.findall(r'srcdoc="([^"]*)"', frame)
    assert shown.html == (run.folder / "report.html").read_text("utf-8")
    assert unescape(page).replace('<base href="about:srcdoc">', "", 1) == shown.html
    assert "<iframe" in run._repr_html_()


def test_the_default_folder_is_said_and_bad_input_is_refused_before_the_model_is_loaded(at_desk, monkeypatch):
    lines: list[str] = []
    run = ag.diagnose("my-model", "my-images", folds=2, permutations=20, progress=lines.append)
    assert lines[-1] == "run folder: runs/my-model-on-my-images" and run.folder.is_dir()
    monkeypatch.setattr("angiogram.model.load.load_model", lambda *_: pytest.fail("the model was loaded"))
    for wrong, said in (({"margin": 2}, "between 0 and 1"), ({"reference": "cn"}, "did you mean 'cnn'"),
                        ({"train_cases": 0}, "0"), ({"seed": -1}, "-1"), ({"seed": 1.5}, "whole number"),
                        ({"margin": "0.05"}, "between 0 and 1"), ({"folds": 1.5}, "'folds' must be a whole number"),
                        ({"causal": 3.5}, "'causal' must be 0 or"), ({"remedies": "no"}, "True or False")):  # fmt: skip
        with pytest.raises(ag.InputError, match=said):
            ag.diagnose("my-model", "my-images", "runs/refused", progress=None, **wrong)
    with pytest.raises(ag.InputError, match="There is no image set"):
        ag.diagnose("my-model", "my-image", progress=None)
    with pytest.raises(ag.InputError, match="'5' is no name, path or opened model, but of type int"):
        ag.diagnose(5, "my-images", progress=None)
    with pytest.raises(ag.InputError, match="'None' is no name, path or opened cases"):
        ag.diagnose("my-model", None, progress=None)
    assert not (at_desk / "runs" / "refused").exists()


def test_a_reference_may_be_a_number(at_desk):
    told = {**TOLD, "reference": 0.9, "reference_source": "Smith 2024"}
    run = ag.diagnose("my-model", "my-images", "runs/number", **told, progress=None)
    assert run.table("stages")["accuracy"][0].as_py() == pytest.approx(0.9)
    assert "from Smith 2024" in run.table("stages")["note"][0].as_py()
