"""Several findings in Python: one diagnosis after another, read as one table."""

import importlib.util
import inspect
from dataclasses import fields
from typing import get_type_hints

import pyarrow as pa
import pytest

import angiogram as ag
from angiogram.api.choices import Choices, asked_with
from angiogram.api.subject import Asked

CHEST = "my-chest/set.csv"
TOLD = {"folds": 2, "permutations": 20, "resamples": 200, "ladder": "free"}


@pytest.fixture(scope="module")
def made(desk) -> ag.FindingRuns:
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(desk)
        cache = desk / "cache"
        return ag.diagnose_findings("my-model", CHEST, "runs/findings", **TOLD, cache=cache, progress=None)


@pytest.fixture
def found(made, at_desk) -> ag.FindingRuns:
    """The runs of all findings, the working folder above theirs."""
    return made


@pytest.fixture
def no_model(monkeypatch) -> None:
    monkeypatch.setattr("angiogram.model.load.load_model", lambda *_: pytest.fail("the model was loaded"))


def test_each_finding_is_a_run_that_can_be_opened(found):
    assert list(found.runs) == ["edema", "mass"] and list(found.left_out) == ["rare"]
    for name, run in found.runs.items():
        assert run.folder == found.folder / name
        again = ag.open_run(run.folder)
        assert again.headline == run.headline and again.table("stages").equals(run.table("stages"))
        assert run.settings == ag.Settings(permutations=20, resamples=200, ladder="free")
    assert (found.folder / "findings.json").is_file()


def test_the_table_has_a_row_a_finding_and_one_of_their_mean(found):
    table = found.table()
    assert isinstance(table, pa.Table) and table["finding"].to_pylist() == ["edema", "mass", "macro mean"]
    keys = list(found.mean.accuracies)
    assert table.column_names == ["finding", "fault", *(k + end for k in keys for end in ("", "_low", "_high"))]
    stages = found.runs["mass"].table("stages").to_pylist()
    for key in keys:
        (stage,) = (row for row in stages if row["key"] == key)
        assert [table[key + end][1].as_py() for end in ("", "_low", "_high")] == [
            stage["accuracy" + end] for end in ("", "_low", "_high")
        ]
        one, other, mean = table[key].to_pylist()
        assert mean == pytest.approx((one + other) / 2)
    assert table["fault"].to_pylist() == [" or ".join(run.fault) for run in found.runs.values()] + [None]


def test_pandas_where_it_is_and_a_sentence_where_it_is_not(found):
    if importlib.util.find_spec("pandas") is None:
        with pytest.raises(ag.InputError, match="needs pandas, which is not installed here: `pip install pandas`"):
            found.to_pandas()
    else:
        assert list(found.to_pandas().columns) == found.table().column_names


def test_sets_that_are_open_are_diagnosed_each_and_go_on_in_the_same_folder(found):
    sets = {name: ag.open_cases(CHEST, finding=name, progress=None) for name in ("edema", "mass")}
    lines: list[str] = []
    again = ag.diagnose_findings("my-model", sets, found.folder, **TOLD, progress=lines.append)
    assert again.table().equals(found.table()) and not again.left_out
    assert lines[-1] == f"run folder: {found.folder}" and "finding 2 of 2: mass" in lines
    assert repr(again) == f"<findings '{found.folder}': 2 diagnosed>"


@pytest.mark.usefixtures("at_desk", "no_model")
def test_diagnose_and_open_cases_name_the_way_of_python():
    for refused in (lambda: ag.diagnose("my-model", CHEST, progress=None), lambda: ag.open_cases(CHEST, progress=None)):
        with pytest.raises(ag.InputError, match=r"holds 3 findings, .*: edema, mass, rare; name one with") as caught:
            refused()
        said = str(caught.value)
        assert "`open_cases(..., finding=...)`" in said and "`diagnose_findings`" in said and "--" not in said


@pytest.mark.usefixtures("at_desk", "no_model")
@pytest.mark.parametrize(
    ("cases", "wrong", "said"),
    [
        ("my-images", {}, "'my-images' has one label an image; `diagnose` takes it"),
        ("my-chst", {}, "There is no image set"),
        ({}, {}, "There is no finding to diagnose"),
        (CHEST, {"margin": 2}, "between 0 and 1"),
        (CHEST, {"reference": "cn"}, "did you mean 'cnn'"),
    ],
)
def test_what_cannot_be_used_is_refused_before_the_model_is_loaded(cases, wrong, said):
    with pytest.raises(ag.InputError, match=said):
        ag.diagnose_findings("my-model", cases, "runs/refused", progress=None, **wrong)


@pytest.mark.usefixtures("at_desk", "no_model")
def test_one_finding_that_is_open_belongs_to_diagnose():
    edema = ag.open_cases(CHEST, finding="edema", progress=None)
    with pytest.raises(ag.InputError, match=r"^'my-chest set' has one label an image; `diagnose` takes it\.$"):
        ag.diagnose_findings("my-model", edema, progress=None)


def test_the_keywords_are_those_of_diagnose_with_the_same_defaults():
    taken = inspect.signature(ag.diagnose).parameters
    own = {"model", "cases", "out", "cache", "progress"}
    assert taken.keys() - own == Choices.__annotations__.keys()
    hints = get_type_hints(Choices)
    for name, hint in hints.items():
        assert taken[name].annotation == hint, name
    asked, settings = asked_with("my-model", "my-images")
    for part, kind in ((asked, Asked), (settings, ag.Settings)):
        for field in fields(kind):
            if field.name in hints:
                assert getattr(part, field.name) == taken[field.name].default, field.name
    for name in ("cache", "progress", "out"):
        assert inspect.signature(ag.diagnose_findings).parameters[name].default == taken[name].default


def test_an_unknown_keyword_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'permutatons'"):
        ag.diagnose_findings("my-model", CHEST, permutatons=20)
