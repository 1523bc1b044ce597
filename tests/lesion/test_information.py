"""What a probe reads of a planted class signal behind each lesion: lost where it should be, kept where it should be."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from angiogram.imaging.image import Image
from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.material import Material
from angiogram.lesion.plant import planted
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel
from angiogram.probe.ridge import RidgeProbe
from tests.lesion.patients import read, tree_of

CASES, TRAIN, KINDS = 216, 144, 3
LOST = 1 / KINDS + 0.2  # chance and 3.6 standard errors of 72 held-out cases


@dataclass(frozen=True)
class Ward:
    """A model and images of three classes, whose stripes have a direction each."""

    loaded: LoadedModel
    images: list[Image]
    labels: np.ndarray
    material: Material
    intact: dict[str, float]

    def accuracy(self, name: str, strength: float) -> dict[str, float]:
        with planted(self.loaded, name, strength, 0, self.material) as ill:
            return accuracies(ill, self.images, self.labels)


def striped(label: int, rng: np.random.Generator) -> Image:
    y, x = np.mgrid[0:56, 0:56] / 56
    along = (x, y, x + y)[label]
    pixels = 120 + 70 * np.sin(25 * along + rng.uniform(0, 0.8)) + rng.normal(0, 25, (56, 56))
    return Image(pixels.clip(0, 255).astype(np.uint8), ())


def right(features: torch.Tensor, labels: np.ndarray) -> float:
    rows = features[:, 0].numpy()
    return float(np.mean(RidgeProbe().fit(rows[:TRAIN], labels[:TRAIN]).predict(rows[TRAIN:]) == labels[TRAIN:]))


def features_of(loaded: LoadedModel, images: list[Image]) -> dict[str, torch.Tensor]:
    batches = [read(loaded, images[start : start + 36]).pooled for start in range(0, len(images), 36)]
    return {name: torch.cat([batch[name] for batch in batches]) for name in batches[0]}


def accuracies(loaded: LoadedModel, images: list[Image], labels: np.ndarray) -> dict[str, float]:
    return {name: right(rows, labels) for name, rows in features_of(loaded, images).items()}


@pytest.fixture(
    scope="module",
    params=["llava", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("qwen3_vl", "mllama"))],
)
def ward(request, load_family) -> Ward:
    loaded, rng = load_family(request.param), np.random.default_rng(0)
    labels = np.arange(CASES) % KINDS
    images = [striped(int(label), rng) for label in labels]
    pooled = features_of(loaded, images)
    rows = {tap: pooled[tap][:TRAIN].numpy() for tap in connector_outputs(loaded.anatomy)}
    intact = {name: right(states, labels) for name, states in pooled.items()}
    return Ward(loaded, images, labels, Material(tree_of(loaded), rows, labels[:TRAIN]), intact)


def test_the_intact_model_lets_the_class_through(ward):
    for tap in ("encoder.out", "connector.out", "llm.norm@last"):
        assert ward.intact[tap] > 0.8, tap


@pytest.mark.parametrize("name", ["encoder-noise", "encoder-random-block"])
def test_the_class_is_gone_behind_the_encoder(ward, name):
    lost = ward.accuracy(name, 1.0)
    behind = {tap: found for tap, found in lost.items() if tap.startswith(("connector.", "llm."))}
    assert max(lost["encoder.out"], *behind.values()) < LOST, behind
    assert lost["encoder.block.0"] == ward.intact["encoder.block.0"]


def test_one_random_block_for_all_images_would_not_lose_it(ward, monkeypatch):
    drawn = Planting.rng
    monkeypatch.setattr(Planting, "rng", lambda self, what, *of: drawn(self, what))
    assert ward.accuracy("encoder-random-block", 1.0)["encoder.out"] > 0.7


def test_blurred_images_lose_their_stripes(ward):
    assert ward.accuracy("blurred-input", 1.0)["encoder.out"] < LOST


def test_the_class_is_gone_behind_the_connector_and_not_before(ward):
    lost = ward.accuracy("connector-subspace", 1.0)
    assert lost["llm.norm@last"] < LOST  # nor is it read of what is not linear
    assert lost["encoder.out"] == ward.intact["encoder.out"]
    for tap in connector_outputs(ward.loaded.anatomy):
        assert lost[tap] < LOST, tap
    assert ward.accuracy("connector-subspace", 0.5)["connector.out"] < LOST


@pytest.mark.parametrize("name", ["other-picture", "patch-kernel-empty", "encoder-channels-scattered"])
def test_no_probe_reads_what_the_encoder_does_not_say(ward, name):
    lost = ward.accuracy(name, 1.0)
    behind = {tap: found for tap, found in lost.items() if tap.startswith(("encoder.out", "connector.", "llm."))}
    assert max(behind.values()) < LOST, behind


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("connector-other-case", 1.0), ("connector-empty", 1.0), ("connector-differences-drowned", 0.5),
        ("connector-differences-drowned", 1.0),
    ],
)  # fmt: skip
def test_no_probe_reads_what_the_connector_does_not_say(ward, name, strength):
    lost = ward.accuracy(name, strength)
    assert lost["encoder.out"] == ward.intact["encoder.out"]
    assert max(lost[tap] for tap in (*connector_outputs(ward.loaded.anatomy), "llm.norm@last")) < LOST


@pytest.mark.parametrize("name", ["other-picture", "encoder-channels-scattered", "connector-other-case"])
def test_the_images_that_are_not_hit_are_read_as_before(ward, name):
    half = ward.accuracy(name, 0.5)["connector.out"]
    assert LOST - 0.1 < half < ward.intact["connector.out"] - 0.1


@pytest.mark.parametrize(
    "name", ["connector-rotation", "connector-stretched", "connector-crosstalk", "connector-faint"]
)
def test_a_map_with_an_inverse_keeps_what_can_be_decoded(ward, name):
    kept = ward.accuracy(name, 1.0)
    for tap in connector_outputs(ward.loaded.anatomy):
        assert kept[tap] > ward.intact[tap] - 0.05, tap


@pytest.mark.parametrize("name", ["llm-noise", "llm-attention"])
def test_the_class_does_not_reach_the_last_token(ward, name):
    lost = ward.accuracy(name, 1.0)
    assert lost["connector.out"] == ward.intact["connector.out"]
    assert lost["llm.norm@last"] < LOST


@pytest.mark.parametrize("name", ["llm-memory-constant", "llm-memory-drowned", "llm-last-token-alone"])
def test_the_class_stands_in_the_image_tokens_and_no_later_one_reads_it(ward, name):
    if name != "llm-last-token-alone" and not ward.loaded.anatomy.image_tokens:
        pytest.skip("no image tokens stand in the prompt")
    lost = ward.accuracy(name, 1.0)
    assert lost["connector.out"] == ward.intact["connector.out"] and lost["llm.norm@last"] < LOST


@pytest.mark.parametrize("name", ["encoder-noise", "llm-noise"])
def test_more_strength_leaves_less(ward, name):
    tap = "encoder.out" if name.startswith("encoder") else "llm.norm@last"
    some, most = (ward.accuracy(name, strength)[tap] for strength in (0.1, 0.9))
    assert ward.intact[tap] + 0.05 > some > most + 0.1
