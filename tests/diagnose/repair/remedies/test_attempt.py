"""The whole way: a diagnosis with the remedies that cost passes, to the page."""

import json
from dataclasses import replace

import pytest

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.report.disk import write_report
from tests.diagnose.repair.conftest import QUESTION

SETTINGS = Settings(
    permutations=5, resamples=300, batch_size=16, remedies=True, other_questions=(QUESTION,), ladder="free"
)


def run(tiny, squares, folder, settings=SETTINGS):
    examined = examine(squares)
    splits = assign(examined.cases, 3, 0)
    return diagnose(tiny, examined, splits, None, settings, folder / "run", folder / "cache", lambda _: None).diagnosis


def test_all_remedies_reach_the_report(tiny, squares, tmp_path):
    diagnosis = run(tiny, squares, tmp_path)
    assert [one.remedy for one in diagnosis.tried] == [
        "another encoder block", "read-out", "limit to the class names", "calibrated labels", "another prompt",
    ]  # fmt: skip
    stages = {stage.key: stage.accuracy.value for stage in diagnosis.stages if stage.accuracy}
    assert diagnosis.tried[-1].before == stages["S"]
    report_json, report_html = write_report(diagnosis, tmp_path / "run")
    assert len(json.loads(report_json.read_text())["tried"]) == len(diagnosis.tried)
    page = report_html.read_text()
    for one in diagnosis.tried:
        shown = any(v.mode in one.modes and v.state in ("present", "undetermined") for v in diagnosis.verdicts)
        assert (f"<b>{one.remedy.capitalize()}</b>" in page) == (shown or "vision" in one.modes)


def test_without_remedies_only_the_free_ones_are_tried(tiny, squares, tmp_path):
    settings = replace(SETTINGS, remedies=False, other_questions=())
    assert run(tiny, squares, tmp_path, settings).tried[-1].remedy == "calibrated labels"


def test_where_one_group_would_be_judged_only_the_free_ones_are_tried(tiny, squares, tmp_path):
    one = {row.id: "a" if int(row.id) < 16 else "b" if int(row.id) < 32 else "c" for row in squares.rows}
    rows = tuple(replace(row, group=one[row.id], split=None) for row in squares.rows)
    assert run(tiny, replace(squares, rows=rows), tmp_path).tried[-1].remedy == "calibrated labels"


def test_other_questions_without_remedies_are_refused():
    with pytest.raises(InputError, match="--remedies"):
        Settings(other_questions=("Which?",))
