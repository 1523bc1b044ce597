"""The oldest lesions in every family: where they show, where they do not, and that nothing of them stays."""

from dataclasses import dataclass

import pytest
import torch

from angiogram.imaging.image import Image
from angiogram.lesion.kinds.llm_noise import window
from angiogram.lesion.material import Material
from angiogram.lesion.plant import planted
from angiogram.model.load import LoadedModel
from angiogram.tap.taps import plan_taps
from tests.lesion.patients import Reading, changed, material_for, noise_images, read, same
from tests.model.tiny import TINY

NAMES = (
    "encoder-noise", "encoder-random-block", "blurred-input", "connector-subspace", "connector-rotation",
    "llm-attention", "llm-noise", "head-permuted", "head-biased", "talks-around",
)  # fmt: skip
DRAWN = [name for name in NAMES if name not in ("blurred-input", "connector-subspace", "llm-attention")]
OFTEN = ("angiogram", "qwen3_vl", "mllama")  # the others: `make nightly`
FAMILIES = [*OFTEN, *(pytest.param(name, marks=pytest.mark.nightly) for name in TINY if name not in OFTEN)]
IN_THE_HEAD = ("head-permuted", "head-biased", "talks-around")


@dataclass(frozen=True)
class Patient:
    loaded: LoadedModel
    images: list[Image]
    intact: Reading
    material: Material

    def with_lesion(self, name: str, strength: float, seed: int = 0) -> Reading:
        with planted(self.loaded, name, strength, seed, self.material) as ill:
            return read(ill, self.images, [2, 0])


@pytest.fixture(scope="module", params=FAMILIES)
def patient(request, load_family) -> Patient:
    loaded, images = load_family(request.param), noise_images()
    intact = read(loaded, images, [2, 0])
    return Patient(loaded, images, intact, material_for(loaded, intact))


def hooks(loaded: LoadedModel) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in loaded.model.modules())


def upstream(loaded: LoadedModel, name: str) -> set[str]:
    """The taps that the lesion must leave alone."""
    taps, anatomy = [tap for tap in plan_taps(loaded.anatomy) if tap.site != "pixels"], loaded.anatomy
    if name == "blurred-input":
        return set()
    if name.startswith("encoder-"):  # Mllama's connector reads several blocks: its input is harmed, no block
        whole = (
            anatomy.encoder_blocks if anatomy.family == "mllama" else anatomy.encoder_blocks[: anatomy.used_blocks - 1]
        )
        return {tap.name for tap in taps if tap.module in whole}
    if name.startswith("connector-"):
        return {tap.name for tap in taps if tap.part == "encoder"}
    if name in IN_THE_HEAD:
        return {tap.name for tap in taps}
    first = anatomy.llm_blocks.index(window(loaded)[0]) if name == "llm-noise" else 0
    behind = {*anatomy.llm_blocks[first:], anatomy.llm_norm}
    return {tap.name for tap in taps if tap.name == "llm.in" or tap.module not in behind}


def place(loaded: LoadedModel, name: str) -> set[str]:
    """Taps at which the lesion must show."""
    sides = {f"connector.deepstack.{number}" for number in range(len(loaded.anatomy.deepstack))}
    if name in ("blurred-input", "encoder-noise", "encoder-random-block"):
        return {"encoder.out", "connector.out", "llm.norm@last"} | sides
    if name.startswith("connector-"):
        return {"connector.out", "llm.norm@last"} | sides
    return {"llm.norm@last"} if name.startswith("llm-") else set()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_changes_at_strength_zero(patient, name):
    assert same(patient.with_lesion(name, 0.0), patient.intact)


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_at_its_place_and_nowhere_upstream(patient, name):
    ill = patient.with_lesion(name, 1.0)
    different = changed(patient.intact, ill)
    assert not different & upstream(patient.loaded, name)
    assert place(patient.loaded, name) <= different
    assert not torch.allclose(ill.logits[:, 0], patient.intact.logits[:, 0], atol=1e-3)
    assert ill.logits.isfinite().all()


@pytest.mark.parametrize("name", NAMES)
def test_an_image_gets_the_same_again_and_in_another_batch_and_order(patient, name):
    with planted(patient.loaded, name, 0.6, 0, patient.material) as ill:
        together = read(ill, patient.images, [2, 0])
        again = read(ill, patient.images)
        apart = [read(ill, [patient.images[i] for i in rows], [0]) for rows in ([2, 1], [0])]
    assert not changed(together, again) and torch.equal(together.logits, again.logits)
    for rows, reading in zip(([2, 1], [0]), apart, strict=True):
        for tap, states in reading.pooled.items():
            expected = together.pooled[tap][rows]
            torch.testing.assert_close(states, expected, rtol=0, atol=1e-4 * float(expected.abs().max()), msg=tap)
        torch.testing.assert_close(reading.logits, together.logits[rows], rtol=0, atol=2e-3)
    assert torch.equal(apart[0].said[0], together.said[0]) and torch.equal(apart[1].said[0], together.said[1])


@pytest.mark.parametrize("name", DRAWN)
def test_the_seed_decides_what_is_drawn(patient, name):
    def logits(seed):
        with planted(patient.loaded, name, 0.5, seed, patient.material) as ill:
            return read(ill, patient.images[:1]).logits

    first = logits(0)
    assert any(not torch.equal(first, logits(seed)) for seed in range(1, 8))


def test_leaving_restores_everything(patient):
    weights = {name: weight.clone() for name, weight in patient.loaded.model.state_dict().items()}
    standing, processor = hooks(patient.loaded), patient.loaded.processor
    image_processor = processor.image_processor.to_json_string()
    for name in NAMES:
        patient.with_lesion(name, 1.0)
        with pytest.raises(KeyboardInterrupt), planted(patient.loaded, name, 1.0, 0, patient.material) as ill:
            ill.model.get_input_embeddings().register_forward_pre_hook(interrupt)
            read(ill, patient.images)
        patient.loaded.model.get_input_embeddings()._forward_pre_hooks.clear()
        assert hooks(patient.loaded) == standing, name
    assert same(read(patient.loaded, patient.images, [2, 0]), patient.intact)
    assert all(torch.equal(weight, weights[name]) for name, weight in patient.loaded.model.state_dict().items())
    assert processor is patient.loaded.processor and processor.image_processor.to_json_string() == image_processor


def interrupt(*_):
    raise KeyboardInterrupt


def test_with_its_attention_cut_the_answer_does_not_depend_on_the_image(patient):
    images = [patient.images[0], patient.images[3]]  # of one shape
    logits = read(patient.loaded, images).logits
    assert not torch.allclose(logits[0], logits[1], atol=1e-3)
    with planted(patient.loaded, "llm-attention", 1.0, 0) as ill:
        blind = read(ill, images)
    torch.testing.assert_close(blind.logits[0], blind.logits[1], rtol=0, atol=1e-4)
    assert not torch.allclose(blind.pooled["connector.out"][0], blind.pooled["connector.out"][1])


def test_likelihoods_stay_in_order_where_the_answer_talks_around(patient):
    ill = patient.with_lesion("talks-around", 1.0)
    shift = ill.logits[:, 1:] - patient.intact.logits[:, 1:]
    assert not shift.any()
    ends = patient.loaded.model.generation_config.eos_token_id
    assert ill.logits[:, 0].argmax(-1).unique().numel() == 1 and ill.logits[0, 0].argmax() != ends
    assert (ill.said[:, 0] >= 0).all() and (ill.said[:, 1:] == -1).all()
