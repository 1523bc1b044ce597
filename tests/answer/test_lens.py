"""The logit lens against the head itself over full forwards without a cache and without hooks, in every family."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from angiogram.answer.class_head import class_head
from angiogram.answer.forks import forks
from angiogram.answer.labels import label_tree, path_tree
from angiogram.answer.lens import UNREAD, Lens, lens
from angiogram.answer.likelihood import tree_log_likelihoods, tree_logits
from angiogram.answer.prefill import prefill
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare
from tests.answer.test_families import followed
from tests.model.tiny import FAMILIES

SHAPES = ((56, 56), (40, 90))
QUESTIONS = ("Which?", "Which structure is shown? Which?")
NAMES = ("left kidney", "right kidney", "left lung", "left", "liver")


@dataclass(frozen=True)
class Read:
    """What the lens reads `[B, blocks, K]` in one left-padded batch, and the prompts one by one."""

    loaded: LoadedModel
    alone: list[dict[str, Any]]
    found: Tensor
    logits: Tensor


@torch.no_grad()
def read_by(reader: Lens, inputs: Any, names=NAMES) -> tuple[Tensor, Tensor]:
    tree = label_tree(reader.loaded.processor.tokenizer, names)
    with reader.at_prompt() as ends:
        filled = prefill(reader.loaded, inputs)
    with reader.at_names() as behind:
        logits = tree_logits(filled, tree)
    return reader.log_likelihoods(ends, behind, logits), logits


@pytest.fixture(scope="module", params=("angiogram", *FAMILIES, "qwen3_5"))  # the last in a pass a token
def read(request, load_family) -> Read:
    loaded = load_family(request.param)
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ()) for shape in SHAPES]
    prompts = [chat(loaded.processor, question) for question in QUESTIONS]
    alone = [dict(prepare(loaded.processor, p, [image])) for p, image in zip(prompts, images, strict=True)]
    reader = lens(loaded, label_tree(loaded.processor.tokenizer, NAMES))
    return Read(loaded, alone, *read_by(reader, prepare(loaded.processor, prompts, images)))


def among(logits: Tensor, tokens: list[int], branches: set[int]) -> float:
    """Of the last token: its log-probability among the branches."""
    others = logits[sorted(branches)].float()
    return float(logits[tokens[-1]].float() - others.logsumexp(0))


@torch.no_grad()
def explicit(loaded: LoadedModel, inputs: dict[str, Any], names=NAMES) -> Tensor:
    """The same `[blocks, K]` by a full forward for each name; the whole head over the states between the blocks."""
    paths = {name: loaded.processor.tokenizer(name, add_special_tokens=False).input_ids for name in names}
    branches: defaultdict[tuple[int, ...], set[int]] = defaultdict(set)
    for path in paths.values():
        for end, token in enumerate(path):
            branches[tuple(path[:end])].add(token)
    norm, head = loaded.model.get_submodule(loaded.anatomy.llm_norm), loaded.model.get_output_embeddings()
    blocks = len(loaded.anatomy.llm_blocks)
    scores = torch.zeros(blocks, len(names))
    for k, path in enumerate(paths.values()):
        longer = followed(loaded.anatomy.family, inputs, torch.tensor([path]))
        out = loaded.model(**longer, use_cache=False, output_hidden_states=True)
        start = out.logits.shape[1] - len(path) - 1
        for block in range(blocks):
            last = block + 1 == blocks
            logits = out.logits[0] if last else head(norm(out.hidden_states[block + 1]))[0]
            for end in range(len(path)):
                scores[block, k] += among(logits[start + end], path[: end + 1], branches[tuple(path[:end])])
    return scores


def test_every_block_is_read_as_the_head_itself_reads_it(read):
    for row, inputs in enumerate(read.alone):
        expected = explicit(read.loaded, inputs)
        assert (read.found[row] - expected).abs().max() < 1e-4
        assert torch.equal(read.found[row, -1].argmax(), expected[-1].argmax())


def test_blocks_differ_and_are_probabilities_over_the_names(read):
    assert (read.found[:, 0] - read.found[:, -1]).abs().max() > 1e-3
    longest = [k for k, name in enumerate(NAMES) if name != "left"]  # "left" begins two others
    assert torch.allclose(read.found[..., longest].exp().sum(-1), torch.ones(2, read.found.shape[1]), atol=1e-4)


def test_the_last_block_is_the_answer_among_the_names(read):
    """Where the names part at once the two differ by what else could be said, the same for every name."""
    tree = label_tree(read.loaded.processor.tokenizer, NAMES)
    (start, *_) = forks(tree)
    free = [k for k, name in enumerate(NAMES) if len(tree.scored[k]) == 1 and start.node == -1]
    if len(free) < 2:
        pytest.skip("these names are several tokens long")
    apart = read.found[:, -1] - tree_log_likelihoods(read.logits, tree)
    assert (apart[:, free] - apart[:, free[:1]]).abs().max() < 1e-4


@pytest.fixture
def asked(tiny):
    images = [Image(np.full((56, 56, 3), value, np.uint8), ()) for value in (0, 200)]
    return prepare(tiny.processor, chat(tiny.processor, "Which?"), images)


def reader_of(loaded: LoadedModel) -> Lens | None:
    return lens(loaded, label_tree(loaded.processor.tokenizer, NAMES))


def test_no_hook_stays_on_the_model(tiny, asked):
    read_by(reader_of(tiny), asked)
    assert not [m for m in tiny.model.modules() if m._forward_hooks or m._forward_pre_hooks]


@pytest.mark.parametrize("name", ["final_logit_softcapping", "logits_scaling", "logit_scale"])
def test_what_the_settings_name_is_applied_only_where_the_model_applies_it(load_family, monkeypatch, name):
    tiny = load_family("llava")  # which reads none of these settings
    images = [Image(np.full((56, 56, 3), value, np.uint8), ()) for value in (0, 200)]
    asked = prepare(tiny.processor, chat(tiny.processor, "Which?"), images)
    plain, _ = read_by(reader_of(tiny), asked)
    monkeypatch.setattr(tiny.model.config.get_text_config(), name, 0.7, raising=False)
    unused, _ = read_by(reader_of(tiny), asked)
    torch.testing.assert_close(unused, plain)
    (finish,) = class_head(tiny, (5,)).finishes[1:]
    handle = tiny.model.get_output_embeddings().register_forward_hook(lambda _, __, logits: finish(logits))
    used, logits = read_by(reader_of(tiny), asked)
    handle.remove()
    assert (used - plain).abs().max() > 1e-2
    tree = label_tree(tiny.processor.tokenizer, NAMES)
    (start, *_) = forks(tree)
    first = logits[:, start.node + 1, list(start.tokens)].log_softmax(-1)
    again = [k for k, pairs in enumerate(tree.scored) if len(pairs) == 1]
    for k in again:
        column = dict(start.chosen)[k]
        torch.testing.assert_close(used[:, -1, k], first[:, column], atol=1e-4, rtol=0)


def test_a_bias_of_the_head_counts(tiny, asked):
    plain, _ = read_by(reader_of(tiny), asked)
    head = tiny.model.get_output_embeddings()
    token = label_tree(tiny.processor.tokenizer, NAMES).scored[4][0][1]
    bias = torch.zeros(head.weight.shape[0])
    bias[token] = 30.0
    head.bias = nn.Parameter(bias)
    found, _ = read_by(reader_of(tiny), asked)
    assert (found[..., 4] > plain[..., 4]).all() and torch.isfinite(found).all()


def test_in_half_precision_it_is_nearly_the_same(tiny, asked):
    plain, _ = read_by(reader_of(tiny), asked)
    half = replace(tiny, model=tiny.model.to(torch.bfloat16))
    asked["pixel_values"] = asked["pixel_values"].to(torch.bfloat16)
    found, _ = read_by(reader_of(half), asked)
    assert found.dtype == torch.float32 and torch.isfinite(found).all()
    assert (found - plain).abs().max() < 0.3


def test_a_head_that_does_more_than_rows_gives_no_lens(tiny, asked):
    twist = tiny.model.get_output_embeddings().register_forward_hook(lambda _, __, logits: logits.flip(-1))
    found, _ = read_by(reader_of(tiny), asked)
    twist.remove()
    assert (found == UNREAD).all() and found.shape == (2, 3, 5)


def test_a_case_that_is_not_finite_does_not_spoil_the_others(tiny, asked):
    plain, _ = read_by(reader_of(tiny), asked)

    def broken(_, __, output):
        states = (output[0] if isinstance(output, tuple) else output).clone()
        states[1] = torch.nan
        return (states, *output[1:]) if isinstance(output, tuple) else states

    tiny.model.get_submodule(tiny.anatomy.llm_blocks[1]).register_forward_hook(broken)
    found, _ = read_by(reader_of(tiny), asked)
    torch.testing.assert_close(found[0], plain[0])


def test_without_a_head_or_a_fork_there_is_no_lens(tiny, monkeypatch):
    assert lens(tiny, path_tree([(5,), (5, 6)])) is None
    monkeypatch.setattr(type(tiny.model), "get_output_embeddings", lambda _: None)
    assert reader_of(tiny) is None
