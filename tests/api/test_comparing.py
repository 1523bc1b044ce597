"""Runs held against each other in Python."""

import json

import pytest

import angiogram as ag
from tests.compare.made import copied, made_run


@pytest.fixture(scope="module")
def finished(load_family, squares, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "whole"
    made_run(load_family("angiogram"), squares, out)
    return out


@pytest.fixture
def compared(finished, tmp_path) -> ag.Compared:
    return ag.compare(ag.open_run(finished), copied(finished, tmp_path / "b"), str(copied(finished, tmp_path / "c")))


def test_runs_and_folders_are_compared(compared):
    assert [contrast.run.name for contrast in compared.comparison.contrasts] == ["b", "c"]
    assert "b against whole" in compared.headline and "c against whole" in compared.headline
    assert len(compared.proof) == 2 and repr(compared) == f"<comparison: {compared.headline}>"


def test_every_table_has_the_run_in_front(compared):
    for name in compared.tables:
        table = compared.table(name)
        assert table.column_names[0] in ("run", "name"), name
    assert compared.table("runs")["name"].to_pylist() == ["whole", "b", "c"]
    stages = compared.table("stages")
    assert stages["run"].to_pylist() == ["b"] * 6 + ["c"] * 6
    assert set(stages["change"].to_pylist()) == {0.0}
    with pytest.raises(ag.InputError, match=r"no table 'tap'; known are .*; did you mean 'taps'"):
        compared.table("tap")


def test_the_page_is_shown_and_written(compared, tmp_path):
    document, page = compared.write(tmp_path / "out")
    assert json.loads(document.read_text())["cases"] == "squares"
    assert compared.show().html == page.read_text("utf-8")
    assert "whole and b and c" in compared._repr_html_()


def test_one_run_and_the_same_twice_are_refused(finished):
    with pytest.raises(ag.InputError, match="at least two runs"):
        ag.compare(finished)
    with pytest.raises(ag.InputError, match=r"one by one, as in `compare\(before, after\)`; this is of type list"):
        ag.compare(["runs/one", "runs/two"])
    with pytest.raises(ag.InputError, match="given twice"):
        ag.compare(finished, ag.open_run(finished))
