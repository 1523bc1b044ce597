"""The page and the terminal's table of a mend, from what is known."""

import html
import json
from dataclasses import replace

import pytest
from mend_sample import sample_mending

from angiogram.errors import InputError
from angiogram.report.mending.disk import write_mending
from angiogram.report.mending.page import render
from angiogram.report.mending.terminal import print_mending
from angiogram.report.published import MENDING
from angiogram.report.schema import validate
from angiogram.report.terminal import Console


def shown(mending):
    console = Console(width=200, highlight=False)
    with console.capture() as printed:
        print_mending(mending, console)
    return " ".join(printed.get().split())


def text(mending, folder):
    return " ".join(write_mending(mending, folder)[1].read_text().replace("\u00a0", " ").split())


def test_both_files_hold_what_was_found(tmp_path):
    mending = sample_mending()
    page = text(mending, tmp_path)
    validate(json.loads((tmp_path / "mend.json").read_text()), "mend.json", MENDING)
    for said in (mending.headline, mending.why, mending.unchanged, "300 true answers in 60 groups, <b>not harmed</b>"):
        assert said.replace("'", "&#39;") in page, said
    assert "mend again with --repair connector-training" in page


def test_what_was_not_checked_is_said(tmp_path):
    mending = replace(sample_mending(), guard=None, larger=())
    for said in (text(mending, tmp_path), shown(mending)):
        assert "Whether other cases are harmed was not checked: name some with --guard." in said
        assert "No larger repair is named" in said


def test_what_taught_the_repair_is_counted_and_guards_nothing(tmp_path):
    mending = sample_mending()
    assert "Left out" not in shown(mending)
    mending = replace(mending, guard=replace(mending.guard, left_out=100))
    for said in (text(mending, tmp_path), shown(mending)):
        assert "Left out: 100 of 400 answers of 'other questions', on images from which" in html.unescape(said)


def test_an_answer_that_is_back_asks_for_nothing():
    mending = sample_mending()
    back = replace(mending, answers=mending.answers[:1])
    assert "--repair connector-training" in shown(mending) and "--repair" not in shown(back)
    assert "other questions: true answers said" in shown(back) and "brings it back" in shown(back)


def test_what_is_no_mend_is_refused():
    with pytest.raises(InputError, match="is not an Angiogram mend"):
        render({"headline": "?"})
