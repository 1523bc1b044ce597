"""Every family's tiny checkpoint loads as a hub id would, takes images of any shape and answers to what they show."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import AutoModelForImageTextToText

from angiogram.errors import InputError
from angiogram.model.processor import load_processor
from tests.model.tiny import TINY, write_tiny

SHAPES = ((56, 56), (40, 90), (120, 50))
QUESTION = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Which structure is shown?"}]}]
VIDEO_FAMILIES = ("llava_onevision", "qwen2_vl", "qwen2_5_vl", "qwen3_vl", "internvl", "smolvlm")


@dataclass(frozen=True)
class Tiny:
    """One family, loaded."""

    name: str
    folder: Path
    model: Any
    processor: Any

    def inputs(self, seed: int) -> Any:
        """Three noise images of different shapes, each with its prompt, left padded."""
        rng = np.random.default_rng(seed)
        images = [[Image.fromarray(rng.integers(0, 256, (*shape, 3), dtype=np.uint8))] for shape in SHAPES]
        text = self.processor.apply_chat_template(QUESTION, add_generation_prompt=True)
        return self.processor(
            images=images, text=[text] * len(images), padding=True, padding_side="left", return_tensors="pt"
        )

    @torch.no_grad()
    def answer(self, inputs: Any) -> torch.Tensor:
        """Logits of the first answer token, `[B, V]`."""
        return self.model(**inputs).logits[:, -1]


@pytest.fixture(scope="session")
def tiny_family(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tiny]:
    """Each family's checkpoint, written and loaded once."""
    loaded: dict[str, Tiny] = {}

    def load(name: str) -> Tiny:
        if name not in loaded:
            folder = tmp_path_factory.mktemp(name)
            write_tiny(name, folder)
            model = AutoModelForImageTextToText.from_pretrained(folder).eval()
            loaded[name] = Tiny(name, folder, model, load_processor(str(folder)))
        return loaded[name]

    return load


@pytest.fixture(params=TINY)
def family(request: pytest.FixtureRequest, tiny_family: Callable[[str], Tiny]) -> Tiny:
    return tiny_family(request.param)


def test_three_images_of_different_shapes_give_finite_moderate_logits(family: Tiny) -> None:
    logits = family.answer(family.inputs(0))
    assert logits.shape == (3, family.model.config.get_text_config().vocab_size)
    assert logits.isfinite().all()
    assert 0.5 < logits.std() < 5


def test_the_answer_depends_on_the_image(family: Tiny) -> None:
    first, second = family.answer(family.inputs(0)), family.answer(family.inputs(1))
    assert ((first - second).abs().amax(-1) > 0.1).all()


def test_left_padding_leaves_an_image_s_answer_alone(family: Tiny) -> None:
    batch = family.inputs(0)
    prompt = family.processor.apply_chat_template(QUESTION, add_generation_prompt=True)
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (*SHAPES[0], 3), dtype=np.uint8))
    alone = family.processor(images=[[image]], text=[prompt], return_tensors="pt")
    torch.testing.assert_close(family.answer(alone)[0], family.answer(batch)[0], atol=1e-4, rtol=1e-4)


def test_every_prompt_holds_its_image_s_placeholders(family: Tiny) -> None:
    inputs = family.inputs(0)
    counts = (inputs["input_ids"] == family.model.config.image_token_id).sum(1)
    assert (counts > 0).all()


@pytest.mark.parametrize(
    "name", ["llava_next", "llava_onevision", "qwen2_vl", "qwen2_5_vl", "qwen3_vl", "internvl", "idefics3", "smolvlm"]
)
def test_an_image_s_shape_decides_on_its_number_of_tokens(tiny_family: Callable[[str], Tiny], name: str) -> None:
    tiny = tiny_family(name)
    counts = (tiny.inputs(0)["input_ids"] == tiny.model.config.image_token_id).sum(1)
    assert len(set(counts.tolist())) > 1


def test_qwen2_5_vl_visits_patches_in_another_order_than_the_image_s(tiny_family: Callable[[str], Tiny]) -> None:
    tiny = tiny_family("qwen2_5_vl")
    seen: list[torch.Tensor] = []
    visual = tiny.model.model.visual
    with (
        visual.patch_embed.register_forward_hook(lambda *call: seen.append(call[2])),
        visual.blocks[0].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])),
    ):
        tiny.answer(tiny.inputs(0))
    raster, visited = seen
    assert not torch.equal(raster, visited)
    torch.testing.assert_close(raster.sum(0), visited.sum(0), atol=1e-4, rtol=1e-4)


def test_images_are_prepared_with_pil_and_without_a_video_part(family: Tiny) -> None:
    assert type(family.processor.image_processor).__name__.endswith("Pil")
    assert "video_processor" not in family.processor.get_attributes()


def test_the_processor_survives_saving(family: Tiny, tmp_path: Path) -> None:
    family.processor.save_pretrained(tmp_path)
    again = load_processor(str(tmp_path))
    assert type(again).__name__ == type(family.processor).__name__
    expected = family.inputs(0)
    found = Tiny(family.name, tmp_path, family.model, again).inputs(0)
    assert set(found) == set(expected)
    for key in expected:
        torch.testing.assert_close(found[key], expected[key])


@pytest.mark.parametrize(
    ("lost", "message"), [("tokenizer.json", "holds no tokenizer"), ("preprocessor_config.json", "no image processor")]
)
def test_a_folder_without_a_part_says_so(
    tiny_family: Callable[[str], Tiny], tmp_path: Path, lost: str, message: str
) -> None:
    folder = shutil.copytree(tiny_family("qwen2_vl").folder, tmp_path / "model")
    (folder / lost).unlink()
    with pytest.raises(InputError, match=message):
        load_processor(str(folder))


def test_a_tokenizer_that_knows_nothing_is_refused(tiny_family: Callable[[str], Tiny], tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_family("qwen2_vl").folder, tmp_path / "model")
    for lost in ("tokenizer.json", "tokenizer_config.json"):
        (folder / lost).unlink()
    (folder / "vocab.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be loaded"):
        load_processor(str(folder))


def test_an_unknown_processor_class_is_named(tiny_family: Callable[[str], Tiny], tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_family("llava").folder, tmp_path / "model")
    (folder / "processor_config.json").write_text('{"processor_class": "ShizhenProcessor"}')
    with pytest.raises(InputError, match="no class 'ShizhenProcessor'"):
        load_processor(str(folder))
