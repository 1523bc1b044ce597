"""The cache that a prompt is run into."""

import numpy as np
import pytest

from angiogram.answer.prefill import prefill
from angiogram.check.answers import answers
from angiogram.check.drawn import CLASSES, QUESTION, drawn_pictures
from angiogram.check.subject import Subject
from angiogram.imaging.image import Image
from angiogram.model.prompt import chat, first_step, prepare


def asked(loaded):
    image = Image(np.random.default_rng(0).integers(0, 256, (56, 90, 3), dtype=np.uint8), ("noise",))
    return prepare(loaded.processor, chat(loaded.processor, QUESTION), [image])


def test_a_model_that_makes_no_cache_of_its_own_is_handed_one_as_generate_hands_it(load_family):
    loaded = load_family("granite4_vision")
    inputs = asked(loaded)
    assert loaded.model(**first_step(loaded.model, inputs, use_cache=True)).past_key_values is None
    assert prefill(loaded, inputs).cache.get_seq_length() == inputs["input_ids"].shape[1]
    assert answers(Subject(loaded, drawn_pictures(), QUESTION, CLASSES)).verdict == "ok"


@pytest.mark.parametrize(("name", "recurrent"), [("qwen3_5", True), ("lfm3_vl", False), ("granite4_vision", False)])
def test_states_of_linear_attention_are_recurrent_and_convolutions_are_not(load_family, name, recurrent):
    loaded = load_family(name)
    assert prefill(loaded, asked(loaded)).recurrent is recurrent
