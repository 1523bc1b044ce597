"""Several turns about one image, in every tiny family: against the model's own template, and what cannot be."""

from copy import copy

import pytest

from angiogram.errors import InputError
from angiogram.model.placed import chat_around
from angiogram.model.prompt import chat
from angiogram.model.turns import chat_turns
from tests.model.tiny import TINY

FAMILIES = ("angiogram", *TINY)
NOT_APART = "its chat template does not tell one from the next"
EARLIER = [("Which structure is shown?", "left kidney"), ("On which side?", "It is the left one.")]


def parts(text):
    return [{"type": "text", "text": text}]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("question", ["Which structure is shown?", "In this <image> what is seen?"])
def test_one_turn_is_asked_as_everywhere(load_family, family, question):
    processor = load_family(family).processor
    assert chat_turns(processor, [], question) == chat_around(processor, question)[0]
    if "<image>" not in question:
        assert chat_turns(processor, [], question) == chat(processor, question)


@pytest.mark.parametrize("family", [family for family in FAMILIES if family != "paligemma"])
def test_three_turns_are_what_the_template_writes(load_family, family):
    processor = load_family(family).processor
    messages = [{"role": "user", "content": [{"type": "image"}, *parts(EARLIER[0][0])]}]
    for (_, answer), question in zip(EARLIER, [EARLIER[1][0], "Is it large?"], strict=True):
        messages += [{"role": "assistant", "content": parts(answer)}, {"role": "user", "content": parts(question)}]
    prompt = chat_turns(processor, EARLIER, "Is it large?")
    assert prompt == processor.apply_chat_template(messages, add_generation_prompt=True)
    assert prompt.startswith(chat(processor, EARLIER[0][0]).rstrip())
    assert prompt.count(processor.image_token) == 1
    places = [prompt.index(text) for turn in EARLIER for text in turn]
    assert places == sorted(places) and prompt.index("Is it large?") > places[-1]


@pytest.mark.parametrize("family", [family for family in FAMILIES if family != "paligemma"])
def test_the_image_stays_where_the_first_question_has_it(load_family, family):
    processor = load_family(family).processor
    first = "In this <image> what is seen?"
    prompt = chat_turns(processor, [(first, "a lung")], "Which?")
    assert prompt.startswith(chat_around(processor, first)[0].rstrip())
    assert prompt.count(processor.image_token) == 1


def test_a_template_that_writes_turns_without_a_break_is_refused(load_family):
    processor = load_family("paligemma").processor
    assert chat_turns(processor, [], "Which?") == chat(processor, "Which?")
    with pytest.raises(InputError, match=f"The model takes no second turn: {NOT_APART}; ask one question at a time"):
        chat_turns(processor, EARLIER, "Which?")


TEXTS = "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}[-]"
ANSWERS_AS_TEXT = (
    "{% for m in messages %}[{{ m['role'] }}]{% if m['role'] == 'user' %}{% for p in m['content'] %}"
    "{% if p['type'] == 'image' %}<image>{% else %}{{ p['text'] }}{% endif %}{% endfor %}"
    "{% else %}{{ m['content'] }}{% endif %}{% endfor %}[-]"
)
IMAGE_IN_EVERY = ANSWERS_AS_TEXT.replace("{% for p in", "<image>{% for p in").replace("%}<image>{% else", "%}{% else")
ONE_TURN = ANSWERS_AS_TEXT.replace("[-]", "{{ raise_exception('one turn only') if messages|length > 1 }}")
LAST_TURN = ANSWERS_AS_TEXT.replace("in messages", "in messages[-1:]")


@pytest.fixture
def written_by(load_family):
    """LLaVA's processor with other templates: its own, and its tokenizer's."""

    def processor(template, of_tokenizer=None):
        changed = copy(load_family("llava").processor)
        changed.tokenizer = copy(changed.tokenizer)
        changed.chat_template, changed.tokenizer.chat_template = template, of_tokenizer
        return changed

    return processor


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (TEXTS, "[user]<image>\nWhich?[assistant]liver[user]Where?[-]"),
        (ANSWERS_AS_TEXT, "[user]<image>Which?[assistant]liver[user]Where?[-]"),
    ],
)
def test_templates_that_take_texts(written_by, template, expected):
    assert chat_turns(written_by(template), [("Which?", "liver")], "Where?") == expected


def test_the_template_of_the_tokenizer_serves_where_the_processor_has_none(written_by):
    said = chat_turns(written_by(None, TEXTS), [("Which?", "liver")], "Where?")
    assert said == "[user]<image>\nWhich?[assistant]liver[user]Where?[-]"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (IMAGE_IN_EVERY, NOT_APART),
        (LAST_TURN, NOT_APART),
        (ONE_TURN, "its chat template says 'one turn only'"),
        (None, "it has no chat template"),
    ],
)
def test_models_that_take_no_second_turn_say_why(written_by, template, why):
    assert "<image>" in chat_turns(written_by(template), [], "Which?")
    with pytest.raises(InputError, match=f"The model takes no second turn: {why}; ask one question at a time"):
        chat_turns(written_by(template), [("Which?", "liver")], "Where?")
