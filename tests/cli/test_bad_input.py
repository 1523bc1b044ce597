"""Bad input at the command line: exit status 2 and one sentence that says what is wrong, before long work begins."""

import shutil
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from angiogram.cli import request
from angiogram.cli.main import main
from angiogram.diagnose.repair.climb import SHARE


@pytest.fixture
def refused(tiny_folder, tmp_path, monkeypatch, capsys):
    """What `angiogram diagnose` says of these classes, this model and these options."""

    def run(*options, classes=("benign", "malignant"), model=tiny_folder):
        for k, name in enumerate(classes):
            (tmp_path / "images" / name).mkdir(parents=True)
            for i in range(4):
                pixels = np.full((40, 40), 60 * k + i, np.uint8)
                PIL.Image.fromarray(pixels).save(tmp_path / "images" / name / f"{i}.png")
        given = [model, tmp_path / "images", "--out", tmp_path / "run", "--cache", tmp_path / "cache", "--folds", 2]
        monkeypatch.setattr("sys.argv", ["angiogram", "diagnose", *map(str, given), *map(str, options)])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 2
        last = capsys.readouterr().err.strip().splitlines()[-1]
        assert last.startswith("angiogram: ")
        assert not (tmp_path / "run" / "features").exists()
        return last.removeprefix("angiogram: ")

    return run


@pytest.mark.parametrize("wrong", ["cn", "1.2", "0", "-0.5", "nan", "cnn,towr"])
def test_a_mistyped_reference_is_refused_before_the_model_is_loaded(refused, tmp_path, monkeypatch, wrong):
    monkeypatch.setattr("angiogram.model.load.load_model", lambda *_: pytest.fail("the model was loaded"))
    said = refused("--reference", wrong) if not wrong.startswith("-") else refused(f"--reference={wrong}")
    assert said.startswith("--reference must be cnn, tower, vit, a folder or hub id of an image classifier, several")
    nearest = {"cn": "cnn", "cnn,towr": "tower"}
    assert wrong not in nearest or said.endswith(f"did you mean '{nearest[wrong]}'?")


def test_a_source_without_a_number_is_refused_before_the_model_is_loaded(refused, monkeypatch):
    monkeypatch.setattr("angiogram.model.load.load_model", lambda *_: pytest.fail("the model was loaded"))
    said = refused("--reference", "cnn", "--reference-source", "Smith 2024")
    assert said.startswith("--reference-source says where a number comes from")


def test_wrong_names_of_a_device_and_a_precision(refused):
    assert "no device 'tpu'" in refused("--device", "tpu")
    assert "did you mean 'float32'" in refused("--precision", "float23", classes=())


def test_repairs_that_are_asked_for_and_forbidden(refused):
    assert "--no-ladder and --ladder full contradict each other" in refused("--no-ladder", "--ladder", "full")


def test_the_help_says_the_share_of_passes_that_repairs_may_take():
    said = " ".join(Path(str(request.__file__)).read_text().split())
    assert f"as far as {SHARE} times the passes of the diagnosis allow" in said


def test_class_names_that_read_the_same(refused):
    assert "'ER positive' and 'er-positive' read the same; rename one" in refused(
        classes=("ER positive", "er-positive")
    )


def test_a_class_name_that_cannot_be_said(refused):
    assert "The class name '++' has no letters or digits" in refused(classes=("++", "benign"))


def test_a_question_longer_than_the_context(refused):
    assert "but the model's context holds 2048" in refused("--question", "Which structure is shown? " * 700)


def test_an_anatomy_file_that_is_not_there(refused, tmp_path):
    assert "missing.yaml" in refused("--anatomy", tmp_path / "missing.yaml")


def test_a_model_with_cut_off_weights(refused, tiny_folder, tmp_path):
    folder = shutil.copytree(tiny_folder, tmp_path / "copy")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    assert "its weights file 'model.safetensors' is damaged or cut off" in refused(model=folder)
