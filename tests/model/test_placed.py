"""The image where a question says, and questions without one, in every tiny family."""

import pytest
import torch

from angiogram.answer.alone import why_not_alone
from angiogram.answer.generate import continue_greedily
from angiogram.answer.prefill import prefill
from angiogram.model.placed import chat_alone, chat_around, prepare_alone
from angiogram.model.prompt import chat
from tests.model.tiny import TINY

ONE_PLACE = {"llava", "llava_next", "llava_onevision", "paligemma"}


@pytest.mark.parametrize("family", ["angiogram", *TINY])
def test_the_image_stands_where_the_question_says(load_family, family):
    processor = load_family(family).processor
    prompt, placed = chat_around(processor, "In this <image> what is seen?")
    assert placed == (family not in ONE_PLACE)
    token = processor.image_token
    assert prompt.count(token) == 1 and prompt.index("what is seen?") > prompt.index(token)
    assert placed == (prompt.index("In this") < prompt.index(token))
    for question in ("What is seen?", "<image>\nWhat is seen?", "<image> What is seen?"):
        assert chat_around(processor, question) == (chat(processor, "What is seen?"), True)


@pytest.mark.parametrize("family", ["angiogram", *TINY])
def test_a_question_without_an_image_is_answered_alike_in_any_batch(load_family, family):
    loaded = load_family(family)
    if family == "paligemma":
        assert "takes no prompt without an image" in why_not_alone(loaded)
        return
    assert why_not_alone(loaded) is None
    prompts = [chat_alone(loaded.processor, question) for question in ("Is it so?", "Which structure is shown here?")]
    assert loaded.processor.image_token not in prompts[0]

    def said(texts):
        inputs = prepare_alone(loaded.processor, texts).to(loaded.device)
        return continue_greedily(prefill(loaded, inputs), torch.arange(len(texts)), 4)

    assert torch.equal(said(prompts), torch.cat([said(prompts[:1]), said(prompts[1:])]))
