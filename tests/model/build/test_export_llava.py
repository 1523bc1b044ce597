"""A plain MLP build in LLaVA's layout: the same logits, answers and tokens there, and what has no place is refused."""

import pytest
import torch
from transformers import AutoModelForImageTextToText, AutoProcessor

from angiogram.errors import InputError
from angiogram.model.build.export_llava import export_llava
from angiogram.model.load import load_model
from tests.model.build.deep import deep_build
from tests.model.build.test_assembled_parts import assembled, inputs_of

PLAIN = {"reduce": {"name": "none"}, "project": {"name": "mlp", "layers": 2}}


@pytest.mark.parametrize(
    ("encoder", "layer"), [("clip", -2), ("clip", None), ("siglip", -1), ("dinov2", 2), ("vit", -2)]
)
@pytest.mark.parametrize("tied", [False, True])
def test_logits_and_answers_are_the_same_there(encoder, layer, tied, squares, tmp_path):
    model, processor = assembled(encoder, connector=PLAIN, vision_layer=layer, tie_word_embeddings=tied)
    if tied:
        model.tie_weights()
    export_llava(model, processor, tmp_path / "llava")
    other = AutoModelForImageTextToText.from_pretrained(tmp_path / "llava").eval()
    assert type(other).__name__ == "LlavaForConditionalGeneration"
    known = AutoProcessor.from_pretrained(tmp_path / "llava")
    ours, theirs = inputs_of(processor, squares), inputs_of(known, squares)
    assert torch.equal(ours["input_ids"], theirs["input_ids"])
    assert torch.equal(ours["pixel_values"], theirs["pixel_values"])
    with torch.no_grad():
        words = model.config.text_config.vocab_size
        torch.testing.assert_close(other(**theirs).logits[..., :words], model(**ours).logits[..., :words])
        said = [each.generate(**ours, max_new_tokens=4, do_sample=False) for each in (model, other)]
    assert torch.equal(*said)
    loaded = load_model(str(tmp_path / "llava"), tmp_path, lambda _: None)
    assert loaded.anatomy.family.startswith("llava")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"connector": {"reduce": {"name": "join"}, "project": {"name": "mlp"}}}, "this one is 'join' and 'mlp'"),
        ({"connector": {**PLAIN, "project": {"name": "mlp", "width": 7}}}, "as wide as the LLM, 32; this one is 7"),
        ({"connector": {**PLAIN, "project": {"name": "linear"}}}, "this one is 'none' and 'linear'"),
        ({"connector": PLAIN, "vision_tokens": "all"}, "export a build on patches"),
        ({"connector": PLAIN}, "behind its last norm"),
        ({"connector": PLAIN, "encoder": "dinov2 with registers", "vision_layer": -1}, "gives 5 tokens before"),
        ({"connector": PLAIN, "llm": "phi", "head_bias": True}, "of type 'phi' has a bias, a scale or a cap"),
        ({"connector": PLAIN, "llm": "gpt_neox", "tie_word_embeddings": True}, "'gpt_neox' have another name"),
    ],
)
def test_what_llava_has_no_place_for_is_one_sentence(more, said, tmp_path):
    model, processor = assembled(**more)
    with pytest.raises(InputError, match=said):
        export_llava(model, processor, tmp_path / "llava")
    assert not (tmp_path / "llava").exists()


def test_llava_has_no_place_for_volumes(tmp_path):
    with pytest.raises(InputError, match="LLaVA takes pictures; this build takes volumes of 4 slices"):
        export_llava(*deep_build(connector=PLAIN), tmp_path / "llava")
