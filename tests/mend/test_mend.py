"""From a planted fault through diagnosis and repair to an answer that is back."""

import json
from pathlib import Path

import pytest

from angiogram.api.mending import mend
from angiogram.errors import InputError
from angiogram.report.published import MENDING
from angiogram.report.schema import validate

RECIPE = """
name: short
stages:
  - name: one
    steps: {steps}
    batch_size: 8
    parts: {{{part}: {way}}}
seed: 0
"""
FULL = "{train: full, learning_rate: 1.0e-2}"
LORA = "{train: lora, learning_rate: 1.0e-2, rank: 4, alpha: 8}"


@pytest.fixture
def mended(quarters, tmp_path):
    """Mends a model on the quarters; the run folders are those of this test."""

    def make(model: Path, repair=None, **more):
        brief = {"permutations": 5, "resamples": 300, "batch_size": 16, "ladder": "free", "progress": None, **more}
        places = {"run": tmp_path / "run", "cache": tmp_path / "cache"}
        return mend(model, quarters, tmp_path / "out", repair=repair, **places, **brief)

    return make


@pytest.fixture
def recipe(tmp_path):
    """A short recipe for one part."""

    def write(part: str, way: str, steps: int = 60) -> str:
        file = tmp_path / "short.yaml"
        file.write_text(RECIPE.format(part=part, way=way, steps=steps))
        return str(file)

    return write


def back(made):
    return {answer.stage: answer.outcome for answer in made.mending.answers}


def test_exchanged_words_are_named_and_mended_once(ill, mended):
    model, lines = ill("exchanged"), []
    made = mended(model, progress=lines.append)
    mending = made.mending
    assert "words" in mending.fault and mending.repair == "class-words"
    assert back(made) == {"S": "brings it back", "G": "brings it back"}
    assert all(answer.before.value < 0.5 < 0.95 < answer.after.value for answer in mending.answers)
    validate(json.loads(made.json_path.read_text()), "mend.json", MENDING)
    page = made.html_path.read_text()
    assert mending.headline.partition(" (")[0] in page and "name some with --guard" in page

    weights = made.folder / "model.safetensors"
    written, lines[:] = weights.stat().st_mtime_ns, []
    again = mended(model, progress=lines.append)
    assert again.mending == mending and weights.stat().st_mtime_ns == written
    assert any(line.startswith("finished diagnosis") for line in lines)
    assert not any("class words: reading" in line for line in lines)
    with pytest.raises(InputError, match="It is class-words, which is fitted, not trained; leave out --recipe"):
        mended(model, recipe="lora")
    with pytest.raises(InputError, match="is of another repair; choose another --out"):
        mended(model, "connector-refit")
    with pytest.raises(InputError, match="was made with another model; give the model, the cases"):
        mended(ill("turned"))


def test_a_model_that_answers_has_nothing_to_mend(whole, mended, tmp_path):
    lines = []
    assert mended(whole, progress=lines.append) is None
    assert lines[-1].startswith("Nothing is mended. The diagnosis names no fault.")
    assert not (tmp_path / "out").exists()


@pytest.mark.nightly
def test_a_turned_connector_is_named_and_put_back_by_a_fold(ill, mended):
    made = mended(ill("turned"), ladder="full")
    assert made.mending.fault == ("hand-over", "language model") and made.mending.repair == "connector-refit"
    assert back(made)["S"] == "brings it back"
    assert made.mending.done.endswith("was folded into the connector's last linear layer.")
    assert "The encoder and the language model are as they were" in made.mending.unchanged


@pytest.mark.nightly
def test_an_encoder_that_is_blind_is_named_and_tuned(ill, mended, recipe):
    made = mended(ill("blind"), recipe=recipe("encoder", FULL), reference=0.99)
    assert made.mending.fault == ("vision",) and made.mending.repair == "encoder-tuning"
    assert back(made) == {"S": "brings it back", "G": "brings it back"}
    assert made.mending.done == (
        "Trained by the recipe 'short' on 144 training cases: all weights of the encoder for 60 steps of 8."
    )
    assert {answer.target_stage for answer in made.mending.answers} == {"R"}


def test_a_connector_that_loses_the_image_is_named_and_trained(ill, mended, recipe):
    made = mended(ill("mute"), recipe=recipe("connector", FULL))
    assert made.mending.fault == ("connector",) and made.mending.repair == "connector-training"
    assert back(made) == {"S": "brings it back", "G": "brings it back"}


@pytest.mark.nightly
def test_a_model_that_says_something_else_first_is_named_and_its_words_are_fitted(ill, mended):
    made = mended(ill("talks"))
    assert "format" in made.mending.fault and made.mending.repair == "class-words"
    assert back(made)["G"] == "brings it back"


@pytest.mark.nightly
def test_a_language_model_that_passes_nothing_on_is_named_and_trained(ill, mended, recipe):
    made = mended(ill("deaf"), recipe=recipe("llm", LORA))
    assert made.mending.fault == ("language model",) and made.mending.repair == "llm-lora"
    assert back(made) == {"S": "brings it back", "G": "brings it back"}


@pytest.mark.nightly
def test_a_turned_connector_is_trained_where_that_is_asked_for(ill, mended, recipe):
    made = mended(ill("turned"), "connector-training", ladder="full", recipe=recipe("connector", FULL, 120))
    assert back(made) == {"S": "brings it back", "G": "brings it back"}
    assert made.mending.why.endswith("The diagnosis names it, too.")


def test_what_cannot_be_mended_is_refused_before_anything_is_read(mended, whole, tiny):
    with pytest.raises(InputError, match="did you mean 'llm-lora'"):
        mended(whole, "llm-lore")
    with pytest.raises(InputError, match="fitted, not trained; leave out --recipe"):
        mended(whole, "class-words", recipe="lora")
    with pytest.raises(InputError, match="did you mean 'lora'"):
        mended(whole, recipe="loro")
    with pytest.raises(InputError, match="give the model by its name or folder"):
        mended(tiny)
    with pytest.raises(InputError, match="no-such-guard"):
        mended(whole, guard="no-such-guard")
