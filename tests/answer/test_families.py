"""Answers read from the prefill's cache, in every family, against full forwards without a cache and `generate`."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import label_tree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import Prefill, prefill
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.tiny import OFTEN, TINY

SHAPES = ((56, 56), (40, 90), (120, 50))
QUESTIONS = ("Which?", "Which structure is shown? Which?", "Which structure is shown?")
# Shared beginnings, one within another, one token, and more tokens than the smallest window.
NAMES = ("left kidney", "right kidney", "left lung", "left", "liver", "l", "left lung or liver, or right kidney")
# Families with sliding attention, and windows shorter than the prompts, between them, and longer than any.
WINDOWS = {"gemma3": (8, 30, 512), "llava_next": (8, 60), "mistral3": (8,)}
# Memories that cannot branch (recurrent states, short convolutions), and positions that nobody else may count.
OTHERS = ("qwen3_5", "lfm3_vl", "exaone4_5")
CASES = [(name, None) for name in ("angiogram", *OFTEN, *OTHERS)] + [
    (name, w) for name, all_ in WINDOWS.items() for w in all_
]


@dataclass(frozen=True)
class Asked:
    """Three images and questions of different lengths, one after another and as one left-padded batch."""

    loaded: LoadedModel
    alone: list[dict[str, Any]]
    together: Any
    filled: Prefill


def with_window(loaded: LoadedModel, window: int, folder: Path) -> LoadedModel:
    """The same model with another sliding window."""
    shutil.copytree(loaded.name, folder)
    config = json.loads((folder / "config.json").read_text())
    config["text_config"]["sliding_window"] = window
    (folder / "config.json").write_text(json.dumps(config))
    return load_model(str(folder), folder, print)


@pytest.fixture(
    scope="module",
    params=[
        *(pytest.param((name, w), id=name if w is None else f"{name}, window {w}") for name, w in CASES),
        *(pytest.param((name, None), id=name, marks=pytest.mark.nightly) for name in TINY if name not in OFTEN),
    ],
)
def asked(request, load_family, tmp_path_factory) -> Asked:
    name, window = request.param
    loaded = load_family(name)
    if window is not None:
        loaded = with_window(loaded, window, tmp_path_factory.mktemp("windows") / name)
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ()) for shape in SHAPES]
    prompts = [chat(loaded.processor, question) for question in QUESTIONS]
    alone = [dict(prepare(loaded.processor, p, [image])) for p, image in zip(prompts, images, strict=True)]
    together = prepare(loaded.processor, prompts, images)
    return Asked(loaded, alone, together, prefill(loaded, together))


def followed(family: str, inputs: dict[str, Any], answer: Tensor) -> dict[str, Any]:
    """The inputs `[1, L, ...]` of a prompt as its processor would give them with the answer behind."""
    longer = dict(inputs, input_ids=torch.cat([inputs["input_ids"], answer], dim=1))
    kinds = {"attention_mask": 1, "mm_token_type_ids": 0, "token_type_ids": 1 if family == "paligemma" else 0}
    for name, kind in kinds.items():
        if name in inputs:
            longer[name] = torch.cat([inputs[name], torch.full_like(answer, kind)], dim=1)
    if "cross_attention_mask" in inputs:
        seen = inputs["cross_attention_mask"]
        longer["cross_attention_mask"] = torch.cat([seen, seen[:, -1:].expand(-1, answer.shape[1], -1, -1)], dim=1)
    return longer


@torch.no_grad()
def full_forward(loaded: LoadedModel, inputs: dict[str, Any], name: str) -> float:
    """The name's log-likelihood from one forward pass over prompt and name, without a cache."""
    answer = loaded.processor.tokenizer(name, add_special_tokens=False, return_tensors="pt").input_ids  # [1, T]
    longer = followed(loaded.anatomy.family, inputs, answer)
    logits = loaded.model(**longer, use_cache=False).logits[0, -answer.shape[1] - 1 : -1]
    return float(logits.log_softmax(-1).gather(1, answer.T).sum())


def generated(loaded: LoadedModel, inputs: dict[str, Any], length: int) -> list[int]:
    """What `generate` says from scratch, up to the end of the answer."""
    said = loaded.model.generate(**inputs, max_new_tokens=length, do_sample=False)[0, inputs["input_ids"].shape[1] :]
    ends = loaded.model.generation_config.eos_token_id
    ends = ends if isinstance(ends, list) else [ends]
    return next((said[:i].tolist() for i, token in enumerate(said) if token in ends), said.tolist())


def continued(filled: Prefill, rows: list[int], length: int) -> list[list[int]]:
    return [row[row >= 0].tolist() for row in continue_greedily(filled, torch.tensor(rows), length)]


def test_the_batch_is_padded_on_the_left(asked):
    lengths = asked.together["attention_mask"].sum(1).tolist()
    assert lengths == [inputs["input_ids"].shape[1] for inputs in asked.alone]
    assert len(set(lengths)) > 1 and asked.together["attention_mask"][:, -1].all()


def test_likelihoods_equal_one_full_forward_a_class(asked):
    scores = class_log_likelihoods(asked.filled, label_tree(asked.loaded.processor.tokenizer, NAMES))
    expected = torch.tensor([[full_forward(asked.loaded, inputs, name) for name in NAMES] for inputs in asked.alone])
    torch.testing.assert_close(scores, expected, atol=1e-4, rtol=0)


def test_names_of_one_token_need_no_node(asked):
    scores = class_log_likelihoods(asked.filled, label_tree(asked.loaded.processor.tokenizer, ["l", "r"]))
    expected = torch.tensor([[full_forward(asked.loaded, inputs, name) for name in "lr"] for inputs in asked.alone])
    torch.testing.assert_close(scores, expected, atol=1e-4, rtol=0)


def test_greedy_continuation_equals_generate(asked):
    assert continued(asked.filled, [0, 1, 2], 10) == [generated(asked.loaded, inputs, 10) for inputs in asked.alone]


@pytest.mark.parametrize("place", [0, 2, 4])
def test_it_ends_where_generate_ends(asked, monkeypatch, place):
    settings = asked.loaded.model.generation_config
    monkeypatch.setattr(settings, "eos_token_id", [0])
    end = continued(asked.filled, [1], 8)[0][place]
    monkeypatch.setattr(settings, "eos_token_id", [0, end])
    said = continued(asked.filled, [0, 1, 2], 8)
    assert len(said[1]) <= place
    assert said == [generated(asked.loaded, inputs, 8) for inputs in asked.alone]


def test_rows_are_answered_alike_in_any_selection(asked):
    in_order = continued(asked.filled, [0, 1, 2], 6)
    assert continued(asked.filled, [2, 0], 6) == [in_order[2], in_order[0]]


def test_reading_answers_leaves_the_prompt_s_cache_as_it_was(asked):
    tree = label_tree(asked.loaded.processor.tokenizer, NAMES)
    first, said = class_log_likelihoods(asked.filled, tree), continued(asked.filled, [0, 1, 2], 6)
    assert torch.equal(class_log_likelihoods(asked.filled, tree), first)
    assert continued(asked.filled, [0, 1, 2], 6) == said


@torch.no_grad()
def test_hooks_hold_what_the_prompt_left_whatever_is_said_afterwards(asked):
    loaded, taps = asked.loaded, plan_taps(asked.loaded.anatomy)
    poolings = batch_poolings(loaded, asked.together, SHAPES)
    with pooled_hooks(loaded.model, taps, poolings) as expected:
        loaded.model(**asked.together, use_cache=False)
    with pooled_hooks(loaded.model, taps, poolings) as pooled:
        filled = prefill(loaded, asked.together)
    class_log_likelihoods(filled, label_tree(loaded.processor.tokenizer, NAMES))
    continue_greedily(filled, torch.arange(3), 4)
    assert pooled.keys() == expected.keys()
    for name, states in expected.items():
        torch.testing.assert_close(pooled[name], states, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", OTHERS)
def test_others_are_scored_a_token_at_a_time(load_family, name):
    loaded = load_family(name)
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), [Image(np.zeros((56, 56, 3), np.uint8), ())])
    assert not prefill(loaded, inputs).branching


def test_blip_2_goes_on_with_the_language_model_inside_it(load_family):
    loaded = load_family("blip-2")
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), [Image(np.zeros((56, 56, 3), np.uint8), ())])
    filled = prefill(loaded, inputs)
    assert filled.model is loaded.model.language_model
    said = loaded.model.generate(**inputs, max_new_tokens=6, do_sample=False)[0]
    assert continued(filled, [0], 6)[0] == said[-6:].tolist()


def test_gemma3_s_prompts_are_longer_than_its_window(load_family):
    loaded = load_family("gemma3")
    ids = prepare(loaded.processor, chat(loaded.processor, "Which?"), [Image(np.zeros((56, 56, 3), np.uint8), ())])
    assert loaded.model.config.text_config.sliding_window < ids["input_ids"].shape[1]
