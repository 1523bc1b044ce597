"""A conversation about one image in every tiny family, against the model's own template, processor and `generate`."""

import numpy as np
import pytest
import torch

from angiogram.answer.conversation import Conversation
from angiogram.answer.prefill import prefill
from angiogram.answer.turn import Turn
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.placed import chat_around
from angiogram.model.prompt import chat, pictures, prepare
from tests.model.tiny import TINY

FAMILIES = ("angiogram", *TINY)
WITH_TURNS = [family for family in FAMILIES if family != "paligemma"]
FIRST, SECOND = "Which structure is shown?", "On which side?"
PICTURE = Image(np.random.default_rng(0).integers(0, 256, (56, 70, 3), dtype=np.uint8), ("drawn",))


def parts(text):
    return [{"type": "text", "text": text}]


def generated(loaded, prompt, length):
    """What transformers itself says to a prompt with the picture: processor and `generate`, nothing of ours."""
    begun = loaded.processor.tokenizer.bos_token
    known = {"add_special_tokens": not (begun and prompt.startswith(begun)), "return_tensors": "pt"}
    inputs = loaded.processor(images=pictures([PICTURE]), text=[prompt], **known)
    said = loaded.model.generate(**inputs, max_new_tokens=length, do_sample=False)[0, inputs["input_ids"].shape[1] :]
    ends = loaded.model.generation_config.eos_token_id
    ends = ends if isinstance(ends, list) else [ends]
    end = next((place for place, token in enumerate(said.tolist()) if token in ends), len(said))
    return loaded.processor.tokenizer.decode(said[:end], skip_special_tokens=True).strip(), end < length


@pytest.mark.parametrize("family", FAMILIES)
def test_one_turn_is_asked_and_answered_as_everywhere(load_family, family):
    loaded = load_family(family)
    talk = Conversation(loaded, PICTURE, longest=8)
    assert talk.prompt(FIRST) == chat(loaded.processor, FIRST) == chat_around(loaded.processor, FIRST)[0]
    turn = talk.ask(f" {FIRST}\n")
    assert talk.turns == (turn,) and turn.question == FIRST
    assert (turn.answer, turn.finished) == generated(loaded, chat(loaded.processor, FIRST), 8)


@pytest.mark.parametrize("family", WITH_TURNS)
def test_the_second_answer_is_to_both_turns_and_the_image_is_shown_once(load_family, family):
    loaded = load_family(family)
    talk = Conversation(loaded, PICTURE, longest=8)
    first = talk.ask(FIRST)
    messages = [
        {"role": "user", "content": [{"type": "image"}, *parts(FIRST)]},
        {"role": "assistant", "content": parts(first.answer)},
        {"role": "user", "content": parts(SECOND)},
    ]
    prompt = talk.prompt(SECOND)
    assert prompt == loaded.processor.apply_chat_template(messages, add_generation_prompt=True)
    assert FIRST in prompt and first.answer.strip() in prompt and prompt.count(loaded.processor.image_token) == 1
    second = talk.ask(SECOND)
    assert (second.answer, second.finished) == generated(loaded, prompt, 8)
    assert talk.turns == (first, second)


@pytest.mark.parametrize("family", WITH_TURNS)
def test_another_first_turn_makes_another_second_answer(load_family, family):
    loaded = load_family(family)

    def behind(*turns):
        talk = Conversation(loaded, PICTURE)
        talk.turns = turns
        return prefill(loaded, prepare(loaded.processor, talk.prompt(SECOND), [PICTURE])).logits

    kidney, liver = (behind(Turn(FIRST, answer, True)) for answer in ("left kidney", "liver"))
    alone = behind()
    for one, other in ((kidney, liver), (kidney, alone), (liver, behind(Turn("Is it?", "liver", True)))):
        assert (one - other).abs().max() > 1e-3
    torch.testing.assert_close(kidney, behind(Turn(FIRST, "left kidney", True)))


def test_a_family_without_a_second_turn_answers_one_and_says_so(load_family):
    talk = Conversation(load_family("paligemma"), PICTURE, longest=4)
    first = talk.ask(FIRST)
    with pytest.raises(InputError, match="takes no second turn"):
        talk.ask(SECOND)
    assert talk.turns == (first,)


@pytest.mark.parametrize("turns", [0, 1])
def test_a_conversation_longer_than_the_context_is_refused_and_not_cut(tiny, turns):
    talk = Conversation(tiny, PICTURE, longest=8)
    talk.turns = (Turn(FIRST, "left kidney " * 900, True),) * turns
    question = SECOND if turns else f"{FIRST} " * 700
    with pytest.raises(InputError, match=r"is \d+ tokens long and an answer may take 8 more, but .* nothing is cut"):
        talk.ask(question)
    assert len(talk.turns) == turns


def test_it_fits_up_to_the_last_token(tiny, monkeypatch):
    talk = Conversation(tiny, PICTURE, longest=8)
    length = prepare(tiny.processor, talk.prompt(FIRST), [PICTURE])["input_ids"].shape[1]
    monkeypatch.setattr(tiny.model.config.text_config, "max_position_embeddings", length + 8)
    assert talk.ask(FIRST)
    monkeypatch.setattr(tiny.model.config.text_config, "max_position_embeddings", length + 7)
    with pytest.raises(InputError, match="nothing is cut"):
        Conversation(tiny, PICTURE, longest=8).ask(FIRST)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "A question is empty"),
        (" \n", "A question is empty"),
        ("Is it <|im_end|> so?", r"The question holds the model's special token '<\|im_end\|>'"),
    ],
)
def test_questions_that_cannot_be_asked(tiny, question, said):
    talk = Conversation(tiny, PICTURE)
    with pytest.raises(InputError, match=said):
        talk.ask(question)
    assert not talk.turns


def test_an_image_s_place_is_in_the_first_question(tiny):
    talk = Conversation(tiny, PICTURE, longest=4)
    talk.ask("In <image> what is seen?")
    assert "In <image> what is seen?" in talk.prompt(SECOND)
    with pytest.raises(InputError, match="'<image>' stands in the first question alone"):
        talk.ask("And in <image>?")


def test_an_answer_that_spells_a_token_of_the_template_ends_the_conversation(tiny):
    talk = Conversation(tiny, PICTURE)
    talk.turns = (Turn(FIRST, "an <image> of a liver", True),)
    with pytest.raises(InputError, match=r"No further question can be asked: an answer spells .* '<image>'"):
        talk.ask(SECOND)


def test_numbers_that_are_not_finite_are_no_answer(tiny):
    tiny.model.lm_head.weight.data.fill_(torch.nan)
    with pytest.raises(InputError, match="not finite in float32"):
        Conversation(tiny, PICTURE).ask(FIRST)


def test_the_longest_answer_has_a_token_or_more(tiny):
    with pytest.raises(InputError, match="at most 0 tokens"):
        Conversation(tiny, PICTURE, longest=0)
