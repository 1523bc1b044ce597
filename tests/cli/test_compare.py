"""`angiogram compare` as a user meets it: both files, the table, one sentence for what cannot be compared."""

import json
import shutil
import subprocess
import sys

import pytest
from pyarrow import parquet

from angiogram.diagnose.tell.predictions import PREDICTIONS
from angiogram.report.published import COMPARISON
from angiogram.report.schema import validate
from tests.cli.test_main import draw
from tests.compare.made import answering, copied, edited, made_run


@pytest.fixture(scope="module")
def finished(load_family, squares, tmp_path_factory):
    """A finished run; not to be changed."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    made_run(load_family("angiogram"), squares, out)
    return out


@pytest.fixture
def run(finished, tmp_path):
    return copied(finished, tmp_path / "whole")


@pytest.fixture
def refused(in_process, run):
    """The one sentence with which a run is refused beside a finished one."""

    def refuse(*others):
        status, out, error = in_process("compare", run, *others)
        assert status == 2 and out == "" and "Traceback" not in error
        (sentence,) = error.strip().splitlines()
        assert sentence.startswith("angiogram: ")
        assert not (run.parent / "compare").exists()
        return sentence

    return refuse


def test_both_files_are_written_beside_the_first_run_and_their_paths_come_last(in_process, run, tmp_path):
    right = answering(
        run, tmp_path / "right", "G", lambda _: parquet.read_table(run / PREDICTIONS)["label"].to_pylist()
    )
    status, out, _ = in_process("compare", run, right)
    assert status == 0
    html, document = out.strip().splitlines()[-2:]
    assert (html, document) == tuple(str(run.parent / "compare" / f"compare.{kind}") for kind in ("html", "json"))
    found = json.loads((run.parent / "compare" / "compare.json").read_text())
    validate(found, document, COMPARISON)
    assert found["contrasts"][0]["headline"] in " ".join(out.split())
    assert "right against whole: " in out
    assert sorted(path.name for path in (run.parent / "compare").iterdir()) == ["compare.html", "compare.json"]


def test_out_and_several_runs(in_process, run, tmp_path):
    status, out, _ = in_process(
        "compare", run, copied(run, tmp_path / "b"), copied(run, tmp_path / "c"), "--out", tmp_path / "x" / "y"
    )
    assert status == 0 and (tmp_path / "x" / "y" / "compare.html").is_file()
    assert "b against whole" in out and "c against whole" in out


def test_two_prompts_of_one_model(in_process, tiny_folder, tmp_path):
    images = draw(tmp_path / "images")
    common = ("diagnose", tiny_folder, images, "--cache", tmp_path / "cache", "--folds", 2, "--permutations", 20)
    questions = {"a": "Is it {options}?", "b": "Name it: {options}"}
    for name, question in questions.items():
        assert in_process(*common, "--out", tmp_path / name, "--question", question)[0] == 0
    status, out, error = in_process("compare", tmp_path / "a", tmp_path / "b")
    assert status == 0, error
    assert "Warning: The runs also differ in: prompt. " in out
    (contrast,) = json.loads((tmp_path / "compare" / "compare.json").read_text())["contrasts"]
    changes = {stage["key"]: stage["change"]["value"] for stage in contrast["stages"]}
    assert changes["V"] == changes["C"] == 0.0  # no question reaches the encoder
    (asked,) = [condition for condition in contrast["conditions"] if condition["name"] == "prompt"]
    assert "Is it benign or malignant?" in asked["before"] and "Name it: benign or malignant" in asked["after"]


def test_what_is_no_finished_run_is_one_sentence(refused, run, tmp_path):
    assert "is not a run folder: there is no such folder" in refused(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    assert "is not a run folder: it holds neither report.json nor config.json" in refused(tmp_path / "empty")
    assert "is not a run folder" in refused(run / "report.json")
    (copied(run, tmp_path / "begun") / "report.json").unlink()
    assert "is unfinished: it has no report.json; run `angiogram diagnose` again" in refused(tmp_path / "begun")
    (copied(run, tmp_path / "old") / PREDICTIONS).unlink()
    assert (
        "of an older version or incomplete: it has no predictions.parquet; run `angiogram diagnose` again"
        in refused(tmp_path / "old")
    )


@pytest.mark.parametrize("name", ["report.json", "config.json", PREDICTIONS])
@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}'])
def test_a_damaged_file_is_one_sentence_that_names_it(refused, run, tmp_path, name, damage):
    copied(run, tmp_path / "b")
    (tmp_path / "b" / name).write_bytes(damage)
    sentence = refused(tmp_path / "b")
    assert str(tmp_path / "b" / name) in sentence and ("damaged" in sentence or "not a" in sentence)


def test_a_missing_config_and_a_wrong_seed(refused, run, tmp_path):
    config = copied(run, tmp_path / "b") / "config.json"
    content = json.loads(config.read_text())
    config.write_text(json.dumps({**content, "settings": {**content["settings"], "seed": "one"}}))
    assert "the setting 'seed' is 'one'" in refused(tmp_path / "b")
    config.unlink()
    assert "config.json" in refused(tmp_path / "b")


def test_settings_of_another_run_are_noticed(refused, run, tmp_path):
    config = copied(run, tmp_path / "b") / "config.json"
    content = json.loads(config.read_text())
    config.write_text(json.dumps({**content, "settings": {**content["settings"], "seed": 4}}))
    assert "are not of the same run: the seed is 4 in one, 3 in the other" in refused(tmp_path / "b")


def test_no_run_at_all(in_process):
    status, _, error = in_process("compare")
    assert status == 2 and "at least two runs" in error and "Traceback" not in error


def test_predictions_of_another_run_are_noticed(refused, run, tmp_path):
    other = edited(run, tmp_path / "b", "stage.U", lambda names: [names[0]] * len(names))
    assert "are not of the same run: they disagree about the accuracy at U" in refused(other)


def test_the_same_folder_twice_and_a_run_alone(refused, run, tmp_path):
    assert "is given twice" in refused(run)
    (tmp_path / "link").symlink_to(run)
    assert "is given twice" in refused(tmp_path / "link")
    assert "at least two runs" in refused()


def test_other_cases_are_one_sentence(refused, run, tmp_path):
    other = edited(run, tmp_path / "b", "case_id", lambda ids: [f"new {i}" for i in ids])
    sentence = refused(other)
    assert "different cases (16 and 16)" in sentence
    assert "only in 'whole': '10', '11', '20' and 13 more" in sentence or "and 13 more" in sentence


def test_help_has_an_example_and_comparing_needs_no_torch(run, tmp_path):
    other = shutil.copytree(run, tmp_path / "b")
    code = f"""
import sys
from angiogram.cli.main import main
sys.argv = ["angiogram", "compare", {str(run)!r}, {str(other)!r}]
try:
    main()
except SystemExit as left:
    assert not left.code and "torch" not in sys.modules and "transformers" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_the_example_of_the_help(in_process):
    status, out, _ = in_process("compare", "--help")
    assert status == 0 and "Example: angiogram compare runs/demo runs/demo-tuned" in " ".join(out.split())
