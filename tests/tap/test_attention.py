"""Attention to the image cut, weakened and left alone, in every family, in prefills and in the passes behind them."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from math import exp, inf
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import label_tree
from angiogram.answer.likelihood import class_log_likelihoods, tree_logits
from angiogram.answer.prefill import prefill
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.prompt import chat, prepare
from angiogram.tap.attention import QueryRows, check_readers, image_attention_bias, image_readers
from tests.answer.test_families import followed
from tests.model.tiny import FAMILIES, TINY

QUESTIONS = ("Which?", "Which structure is shown? Which?", "Which structure is shown?")
SHAPES = ((56, 56), (40, 90), (120, 50))
NAMES = ("left kidney", "right kidney", "left", "liver")


@dataclass(frozen=True)
class Asked:
    """Two sets of noise images of equal shapes under the same questions."""

    loaded: LoadedModel
    images: tuple[list[Image], list[Image]]

    @property
    def every(self) -> tuple[int, ...]:
        return tuple(range(len(self.loaded.anatomy.llm_blocks)))

    @property
    def reader(self) -> int:
        """A block that reads the image and whose window, if any, reaches it."""
        return image_readers(self.loaded)[1 if len(image_readers(self.loaded)) > 1 else 0]

    def inputs(self, which: int = 0, rows: Sequence[int] = (0, 1, 2)) -> Any:
        prompts = [chat(self.loaded.processor, QUESTIONS[row]) for row in rows]
        return prepare(self.loaded.processor, prompts, [self.images[which][row] for row in rows])

    def read(self, inputs: Any, blocks: Sequence[int] = (), bias: float = 0.0, rows: QueryRows = "later") -> Tensor:
        """Logits behind the prompts and behind the names' tokens, `[B, 1 + M, V]`."""
        with image_attention_bias(self.loaded, inputs, blocks, bias, rows):
            return tree_logits(prefill(self.loaded, inputs), label_tree(self.loaded.processor.tokenizer, NAMES))


@pytest.fixture(scope="module", params=("angiogram", *FAMILIES))
def asked(request, load_family) -> Asked:
    rng = np.random.default_rng(0)
    first, second = ([Image(rng.integers(0, 256, (*s, 3), np.uint8), ()) for s in SHAPES] for _ in range(2))
    return Asked(load_family(request.param), (first, second))


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("rows", ["last", "later"])
def test_no_bias_changes_nothing(asked, rows):
    for inputs in (asked.inputs(), asked.inputs(rows=[1])):
        close(asked.read(inputs, asked.every, 0.0, rows), asked.read(inputs))


def test_cut_everywhere_the_answer_knows_nothing_of_the_image(asked):
    assert not torch.allclose(asked.read(asked.inputs(0)), asked.read(asked.inputs(1)), atol=1e-3)
    first, second = (asked.read(asked.inputs(which), asked.every, -inf) for which in (0, 1))
    close(first, second)


def test_cut_from_the_last_token_alone_what_the_question_read_still_arrives(asked):
    first, second = (asked.read(asked.inputs(which), asked.every, -inf, "last") for which in (0, 1))
    assert not torch.allclose(first, second, atol=1e-3)
    assert not torch.allclose(first, asked.read(asked.inputs(0), asked.every, -inf), atol=1e-3)


@pytest.mark.parametrize("rows", ["last", "later"])
def test_a_cut_in_one_block_is_felt_and_gone_behind_the_context(asked, rows):
    inputs = asked.inputs()
    plain = asked.read(inputs)
    assert (asked.read(inputs, [asked.reader], -inf, rows) - plain).abs().flatten(1).amax(1).min() > 1e-3
    assert torch.equal(asked.read(inputs), plain)


@pytest.mark.parametrize("rows", ["last", "later"])
@pytest.mark.parametrize("bias", [-inf, -2.0])
def test_the_batch_gives_each_prompt_what_it_gets_alone(asked, rows, bias):
    blocks = [asked.reader]
    together = asked.read(asked.inputs(), blocks, bias, rows)
    for row in range(3):
        alone = asked.read(asked.inputs(rows=[row]), blocks, bias, rows)
        close(together[row], alone[0])


@torch.no_grad()
def test_the_passes_behind_the_prompt_equal_one_forward_without_a_cache(asked):
    """In it the name stands in the prompt, whose every token behind the image is cut off."""
    loaded, inputs = asked.loaded, asked.inputs(rows=[1])
    with image_attention_bias(loaded, inputs, [asked.reader], -inf, "later"):
        scores = class_log_likelihoods(prefill(loaded, inputs), label_tree(loaded.processor.tokenizer, NAMES))
    for name, score in zip(NAMES, scores[0], strict=True):
        answer = loaded.processor.tokenizer(name, add_special_tokens=False, return_tensors="pt").input_ids
        longer = followed(loaded.anatomy.family, inputs, answer)
        with image_attention_bias(loaded, longer, [asked.reader], -inf, "later"):
            logits = loaded.model(**longer, use_cache=False).logits[0, -answer.shape[1] - 1 : -1]
        close(logits.log_softmax(-1).gather(1, answer.T).sum(), score)


def test_what_is_said_is_cut_off_too_whichever_prompts_go_on(asked):
    """Prompts of different lengths, so that another prompt's image would stand elsewhere."""
    inputs = asked.inputs()

    def said(rows: list[int], inputs: Any) -> list[list[int]]:
        with image_attention_bias(asked.loaded, inputs, asked.every, -inf, "last"):
            return continue_greedily(prefill(asked.loaded, inputs), torch.tensor(rows), 12).tolist()

    in_order = said([0, 1, 2], inputs)
    assert said([2, 0, 1], inputs) == [in_order[row] for row in (2, 0, 1)]
    assert said([2, 0], inputs) == [in_order[2], in_order[0]]
    assert [said([0], asked.inputs(rows=[row]))[0] for row in range(3)] == in_order


def test_half_a_cut_lies_between_none_and_a_whole_one(asked):
    inputs, blocks = asked.inputs(), [asked.reader]
    plain = asked.read(inputs)
    moved = [float((asked.read(inputs, blocks, bias) - plain).abs().sum()) for bias in (-0.1, -1.0, -100.0, -inf)]
    assert 0 < moved[0] < moved[1] and moved[2] == pytest.approx(moved[3], rel=1e-4)


# The weights themselves.


@pytest.fixture(scope="module", params=["llava", "gemma3", "qwen2_vl", "paligemma"])
def weighed(request, tmp_path_factory) -> Asked:
    """Families whose attention gives its weights; a copy of its own, since it is changed."""
    folder = tmp_path_factory.mktemp("eager")
    TINY[request.param](folder)
    loaded = load_model(str(folder), folder, print)
    loaded.model.set_attn_implementation("eager")
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 256, (*s, 3), np.uint8), ()) for s in SHAPES]
    return Asked(loaded, (images, images))


def weights(asked: Asked, inputs: Any, block: int, bias: float | None, rows: QueryRows) -> list[Tensor]:
    """`[B, H, Q, K]` of one block: of the prefill, of the names' pass and of two tokens that are said."""
    kept: list[Tensor] = []
    attention = asked.loaded.model.get_submodule(f"{asked.loaded.anatomy.llm_blocks[block]}.self_attn")
    handle = attention.register_forward_hook(lambda _, __, output: kept.append(output[1]))
    changed = nullcontext()
    plain = prefill(asked.loaded, inputs)
    kept.clear()
    if bias is not None:
        changed = image_attention_bias(asked.loaded, inputs, [block], bias, rows)
    with changed:
        prefill(asked.loaded, inputs)
        # Behind an untouched prefill, so that only this pass differs.
        tree_logits(plain, label_tree(asked.loaded.processor.tokenizer, NAMES))
        continue_greedily(plain, torch.tensor([2, 0]), 2)
    handle.remove()
    return kept


def expected(plain: Tensor, reading: Tensor, image: Tensor, factor: float) -> Tensor:
    """The weights `[B, H, Q, K]` with those of the image multiplied and all of them summing to 1 again."""
    cut = (reading[:, :, None] & image[:, None])[:, None]
    changed = torch.where(cut, plain * factor, plain)
    return changed / changed.sum(-1, keepdim=True)


@pytest.mark.parametrize("bias", [-inf, -1.5])
@pytest.mark.parametrize("rows", ["last", "later"])
@pytest.mark.parametrize("block", [0, 1, 2])
def test_the_weights_are_cut_and_renormalised_and_no_others(weighed, block, rows, bias):
    inputs = weighed.inputs()
    image = inputs["input_ids"] == weighed.loaded.model.config.image_token_id
    real = inputs["attention_mask"].bool()
    last = torch.zeros_like(real)
    last[:, -1] = True
    found = weights(weighed, inputs, block, bias, rows)
    plain = weights(weighed, inputs, block, None, rows)
    assert len(found) == len(plain) >= 3
    for number, (mine, untouched) in enumerate(zip(found, plain, strict=True)):
        reading = last if rows == "last" else real & ~image
        seen = image
        if number:
            reading = torch.ones(mine.shape[0], mine.shape[2], dtype=torch.bool)
            seen = image if number == 1 else image[[2, 0]]
            # Sliding blocks have forgotten the prompt's beginning: of everything so far the last K keys.
            behind = mine.shape[2] if number == 1 else number - 1
            seen = torch.nn.functional.pad(seen, (0, behind))[:, -mine.shape[3] :]
        else:
            mine, untouched = (torch.where(real[:, None, :, None], w, 1 / w.shape[3]) for w in (mine, untouched))
        torch.testing.assert_close(mine, expected(untouched, reading, seen, exp(bias)), atol=1e-6, rtol=1e-5)
        if bias == -inf:
            assert not mine[(reading[:, :, None] & seen[:, None])[:, None].expand_as(mine)].any()


def test_every_family_can_be_cut_and_a_model_without_known_readers_is_refused(asked, tiny):
    check_readers(asked.loaded)
    unknown = replace(tiny, anatomy=replace(tiny.anatomy, image_tokens=False))
    with pytest.raises(InputError, match="not known which blocks"):
        check_readers(unknown)
    tiny.model.get_submodule(tiny.anatomy.llm_blocks[1]).forward = lambda hidden_states: hidden_states
    with pytest.raises(InputError, match="do not take their attention mask"):
        check_readers(tiny)


def test_mllama_reads_the_image_in_its_cross_attention_alone(load_family):
    assert image_readers(load_family("mllama")) == (1, 3)
    assert image_readers(load_family("gemma3")) == (0, 1, 2, 3)


def test_other_prompts_inside_the_context_are_refused(tiny):
    asked = Asked(tiny, ([Image(np.zeros((*s, 3), np.uint8), ()) for s in SHAPES],) * 2)
    one, all_ = asked.inputs(rows=[0]), asked.inputs()
    with (
        image_attention_bias(tiny, one, [0], -inf, "last"),
        pytest.raises(ValueError, match=r"only the prompts of its inputs"),
    ):
        prefill(tiny, all_)


@pytest.mark.parametrize("bias", [inf, float("nan")])
def test_a_bias_that_is_no_bias_is_refused(tiny, bias):
    with pytest.raises(ValueError, match="The bias must be"), image_attention_bias(tiny, {}, [], bias, "last"):
        pass


def test_blocks_that_take_no_mask_are_refused_in_a_sentence(tiny):
    asked = Asked(tiny, ([Image(np.zeros((*s, 3), np.uint8), ()) for s in SHAPES],) * 2)
    block = tiny.model.get_submodule(tiny.anatomy.llm_blocks[0])
    block.register_forward_pre_hook(
        lambda _, args, kwargs: (args, {**kwargs, "attention_mask": torch.ones(3, 9)}), with_kwargs=True
    )
    with pytest.raises(InputError, match="do not take their attention mask"):
        asked.read(asked.inputs(), [0], -inf)


@pytest.mark.parametrize(("name", "how"), [("qwen3_5", "linear attention"), ("lfm3_vl", "conv")])
def test_a_recurrent_state_cannot_be_cut_and_that_is_said_before_any_pass(load_family, name, how):
    with pytest.raises(InputError, match=rf"of the 3 LLM blocks of .* carry the image on by {how}, where reading it"):
        check_readers(load_family(name))
