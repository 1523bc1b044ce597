"""Tokenizers without a token that can fill up a batch."""

from pathlib import Path

import pytest
from transformers import AutoTokenizer

from angiogram.answer.prefill import prefill
from angiogram.check.drawn import drawn_pictures
from angiogram.errors import InputError
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, prepare
from tests.model.test_agreement import rewritten
from tests.model.tiny import write_tiny


def with_new_tokens(family: str, folder: Path, **tokens: str) -> Path:
    """The family's tiny checkpoint with special tokens of which its model has no embedding."""
    write_tiny(family, folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_special_tokens(tokens)
    tokenizer.save_pretrained(folder)
    return folder


def padded(folder: Path) -> list[str]:
    """What is said on loading; then two prompts of different lengths go through the model."""
    said: list[str] = []
    loaded = load_model(str(folder), folder, said.append)
    longer = [chat(loaded.processor, question) for question in ("Which?", "Which structure is shown?")]
    inputs = prepare(loaded.processor, longer, drawn_pictures()[:2])
    assert not inputs["attention_mask"].all() and inputs["attention_mask"][:, -1].all()
    assert prefill(loaded, inputs).logits.isfinite().all()
    return said


def test_the_end_pads_where_no_token_does_and_that_is_said(tmp_path):
    said = padded(rewritten(tmp_path, "tokenizer_config.json", lambda s: s.pop("pad_token")))
    assert "the tokenizer has no pad token; its end token '</s>' fills up batches" in said


@pytest.mark.parametrize("family", ["llava", "qwen2_5_vl", "gemma3"])
def test_the_end_pads_where_the_pad_token_has_no_embedding(tmp_path, family):
    said = padded(with_new_tokens(family, tmp_path, pad_token="[PAD]"))
    assert [line for line in said if line.startswith("the pad token '[PAD]' lies beyond the ")]


def test_a_tokenizer_without_any_end_is_refused(tmp_path):
    folder = rewritten(tmp_path, "tokenizer_config.json", lambda s: (s.pop("pad_token"), s.pop("eos_token")))
    with pytest.raises(InputError, match="neither a pad_token nor an eos_token in tokenizer_config"):
        load_model(str(folder), folder, print)


def test_an_end_without_embedding_pads_nothing(tmp_path):
    folder = with_new_tokens("qwen2_5_vl", tmp_path, pad_token="[PAD]", eos_token="[END]")
    with pytest.raises(InputError, match=r"end token '\[END\]' has the number \d+, but .* only \d+ rows"):
        load_model(str(folder), folder, print)


def test_a_prompt_with_a_token_without_embedding_names_it(tmp_path):
    folder = with_new_tokens("qwen2_5_vl", tmp_path, cls_token="[NEW]")
    file = folder / "chat_template.jinja"
    file.write_text("[NEW]" + file.read_text())
    with pytest.raises(InputError, match=r"the token '\[NEW\]' has the number \d+, but the model's embedding has only"):
        load_model(str(folder), folder, print)
