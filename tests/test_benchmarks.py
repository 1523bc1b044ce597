"""What the measuring scripts share, and what they left in benchmarks/results."""

import json
import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
RESULTS = sorted((BENCHMARKS / "results").glob("P*.json"))
SUMMARY = {"min", "lower", "median", "upper", "max", "runs"}


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """The scripts import each other by name, as they do when they are run."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def write_player(folder, body):
    script = folder / "script.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r})\n"
        "from contest import arguments, play\n"
        "options = arguments('about', rounds=1).parse_args()\n" + body
    )
    return script


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_says_what_was_measured_where_and_how_well(path):
    from record import FIELDS

    result = json.loads(path.read_text())
    assert set(FIELDS) <= set(result)
    assert result["id"] == path.stem
    assert math.isfinite(result["value"]) and isinstance(result["met"], bool)
    assert set(result["spread"]) >= SUMMARY
    assert result["command"].startswith("python benchmarks/p")
    for contender in result["contenders"].values():
        assert contender["note"]
        assert "failed" in contender or "unit" in contender


def test_a_summary_is_ordered_and_one_value_is_all_of_it():
    from contest import summary

    found = summary([4.0, 1.0, 3.0, 2.0, 5.0])
    assert list(found.values()) == [1.0, 2.0, 3.0, 4.0, 5.0, 5]
    assert set(found) == SUMMARY
    assert set(summary([7.0]).values()) == {7.0, 1}


def test_ratios_are_taken_within_a_round_so_that_a_slow_machine_does_not_show():
    from contest import paired

    slow = [1.0, 10.0, 3.0]
    ours, theirs = [{"seconds": 2 * s} for s in slow], [{"seconds": s} for s in slow]
    assert paired(ours, theirs)["min"] == paired(ours, theirs)["max"] == 2.0
    assert paired(ours[:2], theirs)["runs"] == 2


def test_contenders_take_turns_and_one_without_its_package_is_left_out(tmp_path, monkeypatch):
    from contest import contest, table

    body = (
        "turns = iter(range(1, 9))\n"
        "def prepare():\n"
        "    print('noise')\n"
        "    if options.contender == 'missing': import no_such_package\n"
        "    return lambda: {'seconds': float(next(turns))}\n"
        "play(prepare)\n"
    )
    monkeypatch.setattr(sys, "argv", [str(write_player(tmp_path, body))])
    turns, failed = contest(["a", "b", "missing"], [], 3, warm=1, seldom={"b": 1})
    assert turns == {"a": [{"seconds": 2.0}, {"seconds": 3.0}, {"seconds": 4.0}], "b": [{"seconds": 1.0}]}
    assert failed == {"missing": "ModuleNotFoundError: No module named 'no_such_package'"}
    entries = table(turns, failed, {"a": "one", "b": "two", "missing": "three"}, "a")
    assert entries["a"]["median"] == 3.0 and entries["b"]["ratio to a"]["median"] == 0.5
    assert entries["missing"] == {"note": "three", "failed": failed["missing"]}


def test_a_contender_that_breaks_is_an_error(tmp_path, monkeypatch):
    from contest import contest

    monkeypatch.setattr(sys, "argv", [str(write_player(tmp_path, "play(lambda: lambda: {'seconds': 1 / 0})\n"))])
    with pytest.raises(RuntimeError, match="ended with 1"):
        contest(["a"], [], 1)


def test_the_readme_shows_the_demo_as_it_was_measured_and_says_when():
    from documents import readme_table

    result = json.loads((BENCHMARKS / "results" / "demo.json").read_text())
    table = readme_table(result)
    assert table.endswith(f" Measured at commit {result['commit']}.")
    assert f"\n{table}\n" in (BENCHMARKS.parent / "README.md").read_text()


def test_each_half_of_the_planted_faults_is_told_with_its_commit(monkeypatch, tmp_path):
    import documents

    half = {
        "commit": "abc1234",
        "ladders": {"tiny": "free"},
        "kinds": 26,
        "verdict": {"runs": 60},
        "runs": 90,
        "right": 0.95,
    }
    half |= {"right_as_printed": 0.94, "credit": 0.7, "compared_credit": 0.96}
    half |= {"constant": {"right": {"hand-over or words": 0.9}, "credit": {"words": 0.4}}}
    half |= {"subjects": {"a on b": 0.95, "none fell": None}, "single": 0.5, "compared": 0.98, "harmless": 0.0}
    half |= {"harmless_changes": 54, "false_alarms": 0.02, "draws": 800}
    half |= {"as_it_is": {"a on b": [], "tiny": ["vision", "connector", "words"]}}
    (tmp_path / "lesions.json").write_text(json.dumps({"halves": {"tuning": half}}))
    monkeypatch.setattr(documents, "RESULTS", tmp_path)
    (line,) = documents.verdict_list().splitlines()
    assert line.startswith(
        "- **Known faults, tuning half** (26 kinds, tiny without repairs that cost passes). After 60 of 90 runs "
    )
    assert "always saying 'hand-over or words' would be right in 90.0 %" in line
    assert "the diagnosis has 70.0 %, a comparison 96.0 %, and always saying 'words' 40.0 %" in line
    assert "in **95.0 %** (goal: 90 %; a on b 95.0 %)" in line and line.endswith("Measured at commit abc1234.")
    assert "Something new was named after 0.0 % of 54 harmless changes and in 2.0 % of 800 draws" in line
    assert "(goal: at most 5 %; of tiny as it is the page speaks of 3 faults already, so that hardly" in line
    assert "Something new was named in 2.0 % of 800 draws" in documents.half_of_kinds(
        "balanced", half | {"harmless": None}
    )


def test_naming_two_faults_is_worth_half_where_one_is_honest():
    from lesion_figures import credit

    assert credit(["words"], ["words", "format"]) == 1.0
    assert credit(["hand-over", "words"], ["words", "format"]) == 0.5
    assert credit([], ["words"]) == credit(["vision"], ["words"]) == 0.0


def test_no_result_names_a_folder_of_a_machine():
    for file in (BENCHMARKS / "results").rglob("*.json"):
        assert not re.search(r"/(root|home|Users|tmp|work)/", file.read_text()), file.name


def test_a_part_is_put_together_from_the_subjects_that_one_code_was_measured_in(monkeypatch, tmp_path):
    import lesion_found
    from angiogram.lesion.outcome import Outcome
    from angiogram.lesion.suite import Suite
    from lesion_figures import of_half

    monkeypatch.setattr(lesion_found, "FOLDER", tmp_path)
    healthy = Outcome("", (), 0.0, 0, {"G": 0.9}, {}, {}, 0.0, "says", {}, (), (), ())
    planted = Outcome(
        "names-codes", ("format", "words"), 1.0, 0, {"G": 0.1}, {"mapping": 0.8}, {"mapping": "present"}, 0.8, "says",
        {"words": "brings back"}, ("words",), ("words",), ("format",),
    )  # fmt: skip
    other = replace(planted, lesion="names-german")

    def measured(subject, revision, *outcomes):
        suite = Suite(healthy, 3, outcomes)
        lesion_found.keep(lesion_found.found(subject, "tuning", revision, "free", (1.0,), suite, 12.4))

    measured("a", "1", planted)
    measured("b", "1", planted)
    monkeypatch.setattr(lesion_found, "present_code", lambda: "another")
    measured("b", "1", planted)
    measured("b", "1", other)  # the same weights: the file grows
    measured("c", "1", planted)
    measured("c", "2", other)  # other weights: it begins anew
    found = lesion_found.kept("tuning")
    assert list(found) == ["b", "c"] and not lesion_found.kept("frozen")
    assert found["b"].suite.outcomes == (planted, other) and found["c"].suite.outcomes == (other,)
    half = of_half("tuning", found)
    assert (half["right"], half["compared"], half["runs"], half["seconds"]) == (1.0, 1.0, 3, 36)
    assert half["rungs"] == {"words": {"brings back": 3}}
    assert half["code"] == "another" and "names-codes" in half["missing"]["c"]
    assert "names-codes" not in half["missing"]["b"]


def test_the_goal_is_met_by_all_parts_or_not_at_all():
    import lesions

    asked = {planned.name: planned.ladder for planned in (lesions.EMBEDDED, *lesions.SMALL)}
    good = {"ladders": asked, "right": 0.9, "compared": 0.95, "harmless": 0.05, "false_alarms": 0.05}
    good |= {"code": "1a2b", "missing": {}, "strengths": {name: [1.0] for name in asked}}
    good |= {"credit": 0.7, "constant": {"credit": {"words": 0.4}}, "as_it_is": {lesions.EMBEDDED.name: ("format",)}}
    others = {"frozen": good, "balanced": good}
    assert lesions.meets({"tuning": good, **others})
    assert not lesions.meets(others) and not lesions.meets({"tuning": good, "frozen": good})
    unchanged = good | {"harmless": None}
    assert lesions.meets({"tuning": good, "frozen": good, "balanced": unchanged})
    assert not lesions.meets({"tuning": unchanged, "frozen": unchanged, "balanced": unchanged})
    wrong = {"right": 0.89, "compared": 0.94, "harmless": 0.06, "credit": 0.4}
    wrong |= {"missing": {"a": ["x"]}, "ladders": {}, "code": "3c4d", "strengths": {name: [0.5] for name in asked}}
    for key, value in wrong.items():
        assert not lesions.meets({"tuning": good, **others, "frozen": good | {key: value}})
    sick = {"as_it_is": {lesions.SMALL[0].name: ("words",)}}
    assert not lesions.meets({"tuning": good | sick, **others})
