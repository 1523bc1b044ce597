"""An image classifier from a folder: tuned under a new head, its length chosen inside the training side, kept."""

from dataclasses import replace

import numpy as np
import pytest
from transformers import (
    BitImageProcessorPil,
    ResNetConfig,
    ResNetForImageClassification,
    ViTConfig,
    ViTForImageClassification,
)

from angiogram.errors import InputError
from angiogram.train.references.pretrained import ON_CPU, pretrained
from tests.train.references.planted import coloured, task

BRIEF = replace(ON_CPU, steps=60, batch_size=8, learning_rate=2e-3)
TRAIN, TEST = np.arange(32), np.arange(32, 48)


@pytest.fixture(scope="module", params=["resnet", "vit"])
def folder(request, tmp_path_factory):
    """A small classifier of five other classes."""
    if request.param == "resnet":
        config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic", num_labels=5)
        model = ResNetForImageClassification(config)
    else:
        config = ViTConfig(
            image_size=32, patch_size=8, hidden_size=32, intermediate_size=32, num_hidden_layers=2,
            num_attention_heads=2, num_labels=5,
        )  # fmt: skip
        model = ViTForImageClassification(config)
    folder = tmp_path_factory.mktemp(request.param)
    model.save_pretrained(folder)
    size = {"height": 32, "width": 32}
    BitImageProcessorPil(size=size, do_center_crop=False, do_convert_rgb=True).save_pretrained(folder)
    return folder


def test_it_learns_and_is_kept_with_the_length_it_chose(folder, tiny, tmp_path):
    cases, lines = coloured(), []
    asked = task(cases, tiny, tmp_path / "cache", lines.append)
    first = pretrained(str(folder), asked, TRAIN, TEST, BRIEF)
    assert np.mean(first.predicted == cases.labels[TEST]) > 0.8
    looks = [line for line in lines if "held back" in line]
    assert 4 <= len(looks) <= 10 and first.training.steps <= BRIEF.steps == 60
    assert len(first.curve) == first.training.steps
    before = len(lines)
    again = pretrained(str(folder), asked, TRAIN, TEST, BRIEF)
    assert (again.predicted == first.predicted).all() and again.training == first.training and len(lines) == before
    assert not list((tmp_path / "cache").glob("*.checkpoint"))


def test_an_interrupted_training_goes_on_to_the_same_end(folder, tiny, tmp_path):
    def until(word):
        def progress(line):
            if word in line:
                raise KeyboardInterrupt

        return progress

    cases = coloured()
    whole = pretrained(str(folder), task(cases, tiny, tmp_path / "one"), TRAIN, TEST, BRIEF)
    for word in (f"step 20/{BRIEF.steps}", f"/{whole.training.steps} "):  # in the first training, and in the second
        with pytest.raises(KeyboardInterrupt):
            pretrained(str(folder), task(cases, tiny, tmp_path / "two", until(word)), TRAIN, TEST, BRIEF)
    lines = []
    resumed = pretrained(str(folder), task(cases, tiny, tmp_path / "two", lines.append), TRAIN, TEST, BRIEF)
    assert any(line.startswith("going on from step") for line in lines)
    assert resumed.training == whole.training and resumed.curve == pytest.approx(whole.curve, abs=1e-5)
    assert (resumed.predicted == whole.predicted).all()


def test_labels_of_judged_cases_change_nothing(folder, tiny, tmp_path):
    cases = coloured()
    flipped = replace(
        cases, rows=tuple(r if i < 32 else replace(r, label=cases.rows[i - 1].label) for i, r in enumerate(cases.rows))
    )
    one, other = (
        pretrained(str(folder), task(c, tiny, tmp_path / str(k)), TRAIN, TEST, replace(BRIEF, steps=20))
        for k, c in enumerate((cases, flipped))
    )
    assert (one.predicted == other.predicted).all()


@pytest.mark.parametrize(
    ("content", "said"),
    [({}, "holds no image classifier"), ({"config.json": "{}"}, "is no image classifier that can be loaded here")],
)
def test_a_folder_that_holds_none(content, said, tiny, tmp_path):
    (tmp_path / "none").mkdir()
    for name, text in content.items():
        (tmp_path / "none" / name).write_text(text)
    with pytest.raises(InputError, match=said):
        pretrained(str(tmp_path / "none"), task(coloured(), tiny, tmp_path / "cache"), TRAIN, TEST, BRIEF)


def test_a_hub_id_that_cannot_be_reached_is_one_sentence(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(InputError) as caught:
        pretrained("nobody/nothing", task(coloured(), tiny, tmp_path / "cache"), TRAIN, TEST, BRIEF)
    assert "\n" not in str(caught.value) and "nobody/nothing" in str(caught.value)
