import io
import json
import math

from rich.console import Console

from angiogram.check.result import Finding, Result
from angiogram.report.checks import print_checks, write_checks

RESULTS = [
    Result("batched against single", "share", Finding(1.234e-6, 1e-4, "ok", "As each alone [bold] (worst: llm.in).")),
    Result("determinism", "share", Finding(math.inf, 0, "wrong", "Differs.")),
    Result("answers", "share", Finding(None, None, "not applicable", "Nothing to compare.")),
]


def printed(terminal):
    file = io.StringIO()
    color = "standard" if terminal else "auto"
    print_checks(RESULTS, Console(file=file, force_terminal=terminal, width=120, color_system=color))
    return file.getvalue()


def test_a_line_a_check_and_the_conclusion():
    lines = [line.rstrip() for line in printed(terminal=False).splitlines()]
    assert lines[1].split()[:6] == ["batched", "against", "single", "ok", "1.2e-06", "0.0001"]
    assert lines[1].endswith("As each alone [bold] (worst: llm.in).")
    assert lines[2].split() == ["determinism", "wrong", "inf", "0", "Differs."]
    assert lines[4:] == ["1 of 3 checks failed: determinism."]


def test_colour_only_on_a_terminal():
    assert "\x1b[" in printed(terminal=True) and "\x1b[" not in printed(terminal=False)


def test_the_same_as_json_with_null_for_what_is_not_finite(tmp_path):
    write_checks(RESULTS, "some/model", "abc", "four pictures", tmp_path / "new" / "check.json")
    written = json.loads((tmp_path / "new" / "check.json").read_text())
    assert (written["model"], written["revision"], written["images"]) == ("some/model", "abc", "four pictures")
    assert written["passed"] is False and written["conclusion"] == "1 of 3 checks failed: determinism."
    assert [check["figure"] for check in written["checks"]] == [1.234e-6, None, None]
    assert [check["verdict"] for check in written["checks"]] == ["ok", "wrong", "not applicable"]
