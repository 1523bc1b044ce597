"""The whole way: a diagnosis with the remedies that cost passes, to the page."""

import json
from dataclasses import replace

import pytest
import torch

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.repair import attempt
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.next_steps import REFIT
from angiogram.errors import InputError
from angiogram.report.disk import write_report
from tests.diagnose.repair.conftest import QUESTION
from tests.diagnose.repair.planted import hooked, turned

SETTINGS = Settings(permutations=5, resamples=1000, batch_size=16, remedies=True, other_questions=(QUESTION,))


def run(tiny, squares, folder):
    examined = examine(squares)
    splits = assign(examined.cases, 3, 0)
    return diagnose(tiny, examined, splits, None, SETTINGS, folder / "run", folder / "cache", lambda _: None).diagnosis


def test_all_remedies_reach_the_report(tiny, squares, tmp_path):
    diagnosis = run(tiny, squares, tmp_path)
    assert [one.remedy for one in diagnosis.tried[-2:]] == ["another prompt", "re-fitted connector"]
    stages = {stage.key: stage.accuracy.value for stage in diagnosis.stages if stage.accuracy}
    assert diagnosis.tried[-1].before == diagnosis.tried[-2].before == stages["S"]
    report_json, report_html = write_report(diagnosis, tmp_path / "run")
    assert len(json.loads(report_json.read_text())["tried"]) == len(diagnosis.tried)
    page = report_html.read_text()
    for one in diagnosis.tried:
        shown = any(v.mode in one.modes and v.state in ("present", "undetermined") for v in diagnosis.verdicts)
        assert (f"<b>{one.remedy.capitalize()}</b>" in page) == (shown or "vision" in one.modes)


def test_a_turned_connector_is_called_unreadable(answering, quarters, tmp_path):
    loaded = answering.loaded
    with hooked(loaded.model, (loaded.anatomy.connector,), turned):
        diagnosis = run(loaded, quarters, tmp_path)
    assert "the image is encoded but not readable" in diagnosis.headline
    (told,) = [verdict for verdict in diagnosis.verdicts if "The image is encoded but not readable" in verdict.evidence]
    assert told.state == "present" and REFIT not in told.next_steps


def test_a_refit_without_memory_costs_nothing_but_itself(tiny, squares, tmp_path, monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(attempt, "refit_connector", full)
    assert run(tiny, squares, tmp_path).tried[-1].remedy == "another prompt"


def test_where_one_group_would_be_judged_only_the_free_ones_are_tried(tiny, squares, tmp_path):
    one = {row.id: "a" if int(row.id) < 16 else "b" if int(row.id) < 32 else "c" for row in squares.rows}
    rows = tuple(replace(row, group=one[row.id], split=None) for row in squares.rows)
    assert run(tiny, replace(squares, rows=rows), tmp_path).tried[-1].remedy == "renamed classes"


def test_other_questions_without_remedies_are_refused():
    with pytest.raises(InputError, match="--remedies"):
        Settings(other_questions=("Which?",))
