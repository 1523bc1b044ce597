import errno
import json
from pathlib import Path

import pytest
from report_sample import sample_diagnosis

from angiogram.errors import InputError
from angiogram.report.disk import read_report, write_report
from angiogram.report.document import to_document
from angiogram.report.page import render


def test_both_files_are_written_and_read(tmp_path):
    json_path, html_path = write_report(sample_diagnosis(), tmp_path / "run")
    assert read_report(json_path) == read_report(tmp_path / "run") == to_document(sample_diagnosis())
    assert html_path.read_text("utf-8") == render(read_report(json_path))
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["report.html", "report.json"]


def test_the_json_is_readable_line_by_line(tmp_path):
    json_path, _ = write_report(sample_diagnosis(), tmp_path)
    lines = json_path.read_text("utf-8").splitlines()
    assert lines[1] == '  "format": 1,'
    assert sum('"tap": "llm.block.' in line for line in lines) >= 60


def test_half_a_surrogate_pair_does_no_harm(tmp_path):
    json_path, html_path = write_report(sample_diagnosis(headline="lost \udc80 here"), tmp_path)
    assert read_report(json_path)["headline"] == "lost \udc80 here"
    assert "here" in html_path.read_text("utf-8")


@pytest.mark.parametrize("content", ["", "{", '{"format": 1', "\x00\x01", "[1, 2]", '{"name": "something else"}'])
def test_a_damaged_or_foreign_file_is_an_input_error(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"report\.json"):
        read_report(path)


def test_a_missing_report_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="There is no report"):
        read_report(tmp_path)


def test_a_truncated_report_is_an_input_error(tmp_path):
    json_path, _ = write_report(sample_diagnosis(), tmp_path)
    json_path.write_text(json_path.read_text("utf-8")[:-200])
    with pytest.raises(InputError, match="damaged"):
        read_report(json_path)


def test_a_full_disk_leaves_the_old_report_whole(tmp_path, monkeypatch):
    json_path, _ = write_report(sample_diagnosis(), tmp_path)
    before = json_path.read_bytes()

    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match="disk is full"):
        write_report(sample_diagnosis(headline="new"), tmp_path)
    assert json_path.read_bytes() == before
    assert json.loads(before)["headline"] != "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]
