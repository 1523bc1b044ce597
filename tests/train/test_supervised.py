"""What is learnt from an entry, in every family: the answer and its end, nothing of prompt, image or padding."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from angiogram.data.annotations.entry import Answer
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.train.supervised import IGNORED, supervised
from tests.data.annotations.entries import entry
from tests.model.routed import load_routed
from tests.model.tiny import TINY

FAMILIES = ("angiogram", *TINY)


def pictures(count):
    rng = np.random.default_rng(0)
    return [Image(rng.integers(0, 256, (56, 56), dtype=np.uint8), ("drawn",)) for _ in range(count)]


def said(processor, labels):
    """The supervised words of each row."""
    return [processor.tokenizer.decode(row[row != IGNORED]) for row in labels]


@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_answer_and_its_end_are_learnt(load_family, family):
    loaded = load_family(family)
    given = [
        entry(0, target="liver"), entry(1, "report", target="left kidney and liver, left lung and liver"),
        entry(2, prompt="In <image> what is it?", target="right kidney", answer=Answer()),
    ]  # fmt: skip
    batch = supervised(loaded.processor, loaded.model, given, pictures(3))
    assert batch["labels"].shape == batch["input_ids"].shape
    assert ((batch["labels"] == IGNORED) | (batch["labels"] == batch["input_ids"])).all()
    for row, (words, one) in enumerate(zip(said(loaded.processor, batch["labels"]), given, strict=True)):
        assert words.strip().startswith(one.target), words
        behind = words.strip()[len(one.target) :]
        assert behind and len(behind) < 20 and "?" not in words
        learnt = (batch["labels"][row] != IGNORED).nonzero().flatten()
        assert learnt[-1] + 1 == batch["attention_mask"][row].sum()  # up to the last real token, and padding never
        assert torch.equal(learnt, torch.arange(int(learnt[0]), int(learnt[-1]) + 1))
    loss = loaded.model(**batch).loss
    assert torch.isfinite(loss)


@pytest.mark.parametrize("family", ["angiogram", "llava", "qwen2_vl", "gemma3", "idefics3"])
def test_texts_alone_learn_nothing_of_padding(load_family, family):
    loaded = load_family(family)
    given = [entry(0, "text_qa", target="liver"), entry(1, "text_qa", prompt="What is it? " * 4, target="left lung")]
    batch = supervised(loaded.processor, loaded.model, given, [])
    assert "pixel_values" not in batch
    assert (batch["labels"][batch["attention_mask"] == 0] == IGNORED).all()
    alone = [supervised(loaded.processor, loaded.model, [one], []) for one in given]
    with torch.no_grad():
        losses = [loaded.model(**each).loss for each in alone]
        counts = torch.tensor([float((each["labels"] != IGNORED).sum()) for each in alone])
        together = loaded.model(**batch).loss
    torch.testing.assert_close(together, (torch.stack(losses) * counts).sum() / counts.sum(), rtol=1e-4, atol=1e-5)


def test_options_are_named_as_in_an_evaluation(load_family):
    loaded = load_family("angiogram")
    batch = supervised(loaded.processor, loaded.model, [entry(0, prompt="Is it?", target="no")], pictures(1))
    assert "Is it? Answer with one of: yes, no." in loaded.processor.tokenizer.decode(batch["input_ids"][0])


def test_nothing_is_cut(load_family):
    loaded = load_family("angiogram")
    long = replace(entry(0, "report"), target="left kidney " * 2000)
    with pytest.raises(InputError, match=r"The entry 'e0' is .* tokens long with its image, and the model's context"):
        supervised(loaded.processor, loaded.model, [long], pictures(1))
    fits = replace(long, prompt="right kidney? " * 60, target="left kidney " * 60)
    batch = supervised(loaded.processor, loaded.model, [fits], pictures(1))
    assert said(loaded.processor, batch["labels"])[0].count("left kidney") == 60
    whole = loaded.processor.tokenizer.decode(batch["input_ids"][0])
    assert whole.count("right kidney?") == 60  # Uni-Med's code kept 50 words of a question


def test_an_entry_learns_by_its_own_task_s_expert(load_family, tmp_path):
    routed = load_routed(tmp_path, ("report", "vqa"))
    given, shown = [entry(0, "vqa"), entry(1, "report"), entry(2, "rec")], pictures(3)
    batch = supervised(routed.processor, routed.model, given, shown)
    assert batch["task"].tolist() == [1, 0, -1]
    assert "task" not in supervised(routed.processor, routed.model, given[2:], shown[2:])
    assert "task" not in supervised(load_family("angiogram").processor, load_family("angiogram").model, given, shown)
    experts = routed.model.model.connector.project.experts
    for row, (used, unused) in enumerate(((1, 0), (0, 1))):
        one = supervised(routed.processor, routed.model, given[row : row + 1], shown[row : row + 1])
        routed.model.zero_grad()
        routed.model(**one).loss.backward()
        assert all(p.grad.any() for p in experts[used].parameters())
        assert not any(p.grad.any() for p in experts[unused].parameters())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_encoder_learns_from_the_answer(load_family, family):
    loaded = load_family(family)
    batch = supervised(loaded.processor, loaded.model, [entry(0)], pictures(1))
    block = loaded.model.get_submodule(loaded.anatomy.encoder_blocks[0])
    weights = [weight for weight in block.parameters() if weight.dim() > 1]
    gradients = torch.autograd.grad(loaded.model(**batch).loss, weights)
    assert weights and all(gradient.any() for gradient in gradients)
