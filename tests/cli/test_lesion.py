"""`angiogram lesion` as a user meets it: the table, the file, and one sentence for what cannot be planted."""

import json

import numpy as np
import PIL.Image
import pytest

from angiogram.lesion.summary import FILE


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Two classes of twelve pictures each: dark on the left, dark on the right."""
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    for side, name in enumerate(("benign", "malignant")):
        (folder / name).mkdir()
        for i in range(12):
            pixels = rng.integers(120, 255, (40, 40), dtype=np.uint8)
            pixels[:, 20 * side : 20 * side + 20] //= 4
            PIL.Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


@pytest.fixture
def planted(in_process, tiny_folder, images, tmp_path):
    """The command with these options: (exit status, standard output, standard error)."""

    def run(*options):
        given = ("--out", tmp_path / "run", "--cache", tmp_path / "cache", "--folds", 2, "--reference", "0.99")
        return in_process("lesion", tiny_folder, images, *given, *options)

    return run


def test_the_matrix_is_printed_and_the_path_of_the_file_comes_last(planted, tmp_path):
    status, out, _ = planted("--lesions", "head-permuted", "--strengths", 1.0)
    assert status == 0
    assert "planted / diagnosed" in out and "head-permuted" in out
    assert out.strip().splitlines()[-1] == str(tmp_path / "run" / FILE)
    found = json.loads((tmp_path / "run" / FILE).read_text())
    assert [(each["lesion"], each["strength"], each["seed"]) for each in found["outcomes"]] == [
        ("head-permuted", 1.0, 0)
    ]
    assert planted("--lesions", "head-permuted", "--strengths", 1.0)[0] == 0  # goes on: everything is done


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--lesions", "head-permutated"), "head-permuted"),
        (("--lesions", "llm-noise", "llm-noise"), "llm-noise is given twice"),
        (("--strengths", "0"), "above 0 and at most 1, not 0"),
        (("--strengths", "1.5"), "above 0 and at most 1, not 1.5"),
        (("--seeds", "5000000000"), "from 0 to 4294967295, not 5000000000"),
        (("--seed", "5000000000"), "from 0 to 4294967295, not 5000000000"),
        (("--margin", "2"), "between 0 and 1"),
    ],
)
def test_what_cannot_be_planted_is_refused_before_the_model_is_loaded(planted, tmp_path, monkeypatch, options, said):
    monkeypatch.setattr("angiogram.model.load.load_model", lambda *_: pytest.fail("the model was loaded"))
    status, out, error = planted(*options)
    assert status == 2 and out == "" and "Traceback" not in error
    assert said in error.strip().splitlines()[-1]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", ["audit", "split"])
@pytest.mark.parametrize("seed", [-1, 5_000_000_000])
def test_a_seed_out_of_range_is_refused_by_the_commands_for_data(in_process, images, tmp_path, command, seed):
    status, _, error = in_process("data", command, images, f"--seed={seed}", "--out", tmp_path / "out")
    assert status == 2 and "Traceback" not in error
    assert f"not {seed}" in error.strip().splitlines()[-1] and not (tmp_path / "out").exists()
