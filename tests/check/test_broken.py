"""Each check fails on a model that is broken in just that way."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from angiogram.check.answers import answers
from angiogram.check.batching import batched_against_single
from angiogram.check.dependence import image_dependence
from angiogram.check.determinism import determinism
from angiogram.check.dtypes import dtype_sanity
from angiogram.check.found import taps_found
from angiogram.check.padding import left_against_right_padding
from angiogram.check.path import off_the_path
from angiogram.model.load import load_model
from angiogram.model.prompt import prepare
from tests.check.conftest import subject_of
from tests.model.every.write import write_type


def wrong(check, loaded, words):
    finding = check(subject_of(loaded))
    assert finding.verdict == "wrong" and words in finding.reason, finding
    assert finding.figure > finding.tolerance or check in (image_dependence, answers)


def output(module, change):
    """Change what a module says from now on."""
    module.register_forward_hook(lambda _, __, states: change(states))


# taps found


def test_a_tap_that_no_forward_pass_reaches(llava):
    llava.model.spare = nn.Linear(4, 4)
    anatomy = replace(llava.anatomy, encoder_blocks=(*llava.anatomy.encoder_blocks, "spare"))
    wrong(taps_found, replace(llava, anatomy=anatomy), "encoder.block.3 was not reached")


def test_a_tap_without_content(llava):
    output(llava.model.model.multi_modal_projector, torch.zeros_like)
    wrong(taps_found, llava, "connector.out is the same in every component")


def test_a_tap_that_is_not_finite(llava):
    output(llava.model.model.language_model.layers[1], lambda states: states * torch.inf)
    wrong(taps_found, llava, "llm.block.1@image is not finite")


# off the path


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (3, "encoder.block.2 is said to be on the path but is not"),
        (1, "encoder.block.1 is said to be off the path but"),
    ],
)
def test_an_anatomy_that_points_to_another_block_than_the_connector_reads(llava, used, words):
    wrong(off_the_path, replace(llava, anatomy=replace(llava.anatomy, used_blocks=used)), words)


def test_a_connector_that_lets_nothing_through(llava):
    output(llava.model.model.multi_modal_projector, lambda states: states * 0)
    wrong(off_the_path, llava, "encoder.block.0 is said to be on the path but is not")


@pytest.mark.parametrize("module", ["model.vision_tower", "model.multi_modal_projector"])
def test_a_model_that_cuts_its_graph_is_not_accused(llava, module):
    module = llava.model.get_submodule(module)
    forward = module.forward
    module.forward = lambda *args, **kwargs: torch.no_grad()(forward)(*args, **kwargs)
    finding = off_the_path(subject_of(llava))
    assert finding.verdict == "ok" and "found without gradient" in finding.reason


# batched against single


def test_a_norm_over_the_batch(llava):
    class BatchDependent(nn.Module):
        def forward(self, states):
            return states - states.mean(dim=(0, 1), keepdim=True) if len(states) > 1 else states

    connector = llava.model.model.multi_modal_projector
    connector.linear_2 = nn.Sequential(connector.linear_2, BatchDependent())
    wrong(batched_against_single, llava, "depend on the other images of its batch")


# left against right padding


def without_mask(module, args, kwargs):
    return args, {**kwargs, "attention_mask": None}


@pytest.mark.parametrize("family", ["llava", "qwen2_vl"])
def test_a_model_that_reads_the_padding(load_tiny, family):
    loaded = load_tiny(family)
    loaded.model.model.language_model.register_forward_pre_hook(without_mask, with_kwargs=True)
    wrong(left_against_right_padding, loaded, "Padding on the left changes what is read")


def test_positions_that_count_the_padding(llava):
    class Absolute(nn.Module):
        """Learnt positions, as GPT-2 has them, counted from the left end whatever the mask."""

        def __init__(self, embedding):
            super().__init__()
            self.embedding = embedding
            self.positions = nn.Embedding(200, embedding.embedding_dim)

        def forward(self, ids):
            return self.embedding(ids) + self.positions(torch.arange(ids.shape[1]))

    language = llava.model.model.language_model
    language.embed_tokens = Absolute(language.embed_tokens)
    wrong(left_against_right_padding, llava, "Padding on the left changes what is read")


def test_padding_that_is_only_wrong_on_the_right_is_a_note(llava):
    def last_ones_positions(module, args, kwargs):
        mask = kwargs["attention_mask"]
        if torch.is_tensor(mask) and mask.dim() == 2 and not mask[:, -1].all():
            kwargs = {
                **kwargs,
                "attention_mask": torch.ones_like(mask),
                "inputs_embeds": kwargs["inputs_embeds"].flip(1),
            }
        return args, kwargs

    llava.model.model.language_model.register_forward_pre_hook(last_ones_positions, with_kwargs=True)
    finding = left_against_right_padding(subject_of(llava))
    assert finding.verdict == "ok" and "pad left, as Angiogram does" in finding.reason


# image dependence


def test_a_connector_that_says_nothing(llava):
    output(llava.model.model.multi_modal_projector, lambda states: states * 0)
    wrong(image_dependence, llava, "lost in front of the language model")


def test_a_language_model_that_does_not_look(load_tiny):
    mllama = load_tiny("mllama")  # its cross-attention is behind gates
    with torch.no_grad():
        for name, weight in mllama.model.named_parameters():
            if "cross_attn" in name and "gate" in name:
                weight.zero_()
    wrong(image_dependence, mllama, "the language model does not use it")


# answers


def test_a_cache_whose_positions_begin_anew(llava):
    def restart(module, args, kwargs):
        cache = kwargs.get("past_key_values")
        if cache is not None and cache.get_seq_length():
            kwargs = {**kwargs, "position_ids": kwargs["position_ids"] * 0}
        return args, kwargs

    llava.model.model.language_model.register_forward_pre_hook(restart, with_kwargs=True)
    wrong(answers, llava, "Class log-likelihoods from the cache are not those of")


def test_recurrent_layers_that_compute_one_token_otherwise_than_many_are_warned_of(tmp_path):
    """As Nemotron-H's, which bound their time steps in the prompt but not behind it: `generate` does as the cache."""
    write_type("qwen3_5", tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, lambda _: None)
    layer = loaded.model.model.language_model.layers[0].linear_attn
    output(layer, lambda states: states * 1.1 if states.shape[1] == 1 else states)
    finding = answers(subject_of(loaded))
    assert finding.verdict == "warning" and finding.figure <= finding.tolerance
    assert "are those of generate; all fits the context. A forward pass over prompt and name differs" in finding.reason


def test_a_context_that_is_too_short(llava):
    llava.model.config.text_config.max_position_embeddings = 60
    wrong(answers, llava, "context holds 60")


def test_a_context_that_is_too_short_for_a_later_picture_only(load_tiny):
    loaded = load_tiny("qwen2_vl")
    subject = replace(subject_of(loaded), images=subject_of(loaded).images[::-1])
    lengths = [prepare(loaded.processor, subject.prompt, [image])["input_ids"].shape[1] for image in subject.images]
    assert max(lengths) > lengths[0]
    holds = max(lengths) + 23  # an answer may take 24
    loaded.model.config.text_config.max_position_embeddings = holds
    finding = answers(subject)
    assert finding.verdict == "wrong" and f"context holds {holds}" in finding.reason


# dtype sanity


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_a_weight_that_is_not_finite(llava, value):
    with torch.no_grad():
        llava.model.model.vision_tower.encoder.layers[2].mlp.fc1.weight[3, 4] = value
    wrong(dtype_sanity, llava, "model.vision_tower.encoder.layers.2.mlp.fc1.weight")


def test_an_overflow_of_float16(llava):
    llava.model.half()
    with torch.no_grad():
        for layer in llava.model.model.language_model.layers:
            layer.mlp.down_proj.weight *= 20_000
    wrong(dtype_sanity, llava, "float16 ends at 65504")


def test_mixed_types_are_warned_of(llava):
    llava.model.lm_head.to(torch.float64).register_forward_pre_hook(lambda _, given: (given[0].double(),))
    finding = dtype_sanity(subject_of(llava))
    assert finding.verdict == "warning" and "several types" in finding.reason and "float64" in finding.reason


def test_weights_that_are_not_in_memory_are_counted(llava):
    off_the_path = llava.model.model.vision_tower.encoder.layers[2]
    subject = subject_of(llava)
    assert subject.together
    off_the_path.to("meta")
    finding = dtype_sanity(subject)
    assert finding.verdict == "warning" and "16 weights lie outside the memory" in finding.reason


# determinism


def test_dropout_that_was_left_on(llava):
    for module in llava.model.modules():
        if hasattr(module, "attention_dropout"):
            module.attention_dropout = 0.5
    llava.model.train()
    wrong(determinism, llava, "Parts of the model are in training mode")


def test_a_difference_in_the_last_bits_is_a_warning(llava):
    runs = []

    def last_bit(states):
        runs.append(None)
        return states * (1 + 2e-7 * (len(runs) - 1))

    output(llava.model.model.multi_modal_projector, last_bit)
    finding = determinism(subject_of(llava))
    assert finding.verdict == "warning" and 0 < finding.figure < 1e-4
