import torch
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration, AngiogramProcessor
from angiogram.model.prompt import chat, pictures


def inputs_of(loaded, squares, count=3):
    prompt = chat(loaded.processor, squares.question)
    images = pictures([squares.read(row) for row in squares.rows[:count]])
    return loaded.processor(images=images, text=[prompt] * count, return_tensors="pt")


def test_the_auto_classes_know_the_model(tiny_folder):
    assert isinstance(AutoConfig.from_pretrained(tiny_folder), AngiogramConfig)
    assert isinstance(AutoModelForImageTextToText.from_pretrained(tiny_folder), AngiogramForConditionalGeneration)
    assert isinstance(AutoProcessor.from_pretrained(tiny_folder), AngiogramProcessor)


def test_saving_and_loading_keeps_every_logit(tiny, squares, tmp_path):
    inputs = inputs_of(tiny, squares)
    tiny.model.save_pretrained(tmp_path / "again")
    again = AutoModelForImageTextToText.from_pretrained(tmp_path / "again").eval()
    with torch.no_grad():
        assert torch.equal(tiny.model(**inputs).logits, again(**inputs).logits)


def test_the_head_shares_the_word_embeddings(tiny):
    assert tiny.model.lm_head.weight.data_ptr() == tiny.model.get_input_embeddings().weight.data_ptr()


def test_image_tokens_stand_where_the_placeholders_are(tiny, squares):
    inputs = inputs_of(tiny, squares)
    at_image = inputs["input_ids"] == tiny.model.config.image_token_id
    assert at_image.sum(dim=1).tolist() == [4, 4, 4]
    with torch.no_grad():
        seen = []
        handle = tiny.model.model.language_model.layers[0].register_forward_pre_hook(
            lambda _, args, kwargs: seen.append(args[0] if args else kwargs["hidden_states"]), with_kwargs=True
        )
        tiny.model(**inputs)
        handle.remove()
        features = tiny.model.model.get_image_features(inputs["pixel_values"])
    assert torch.equal(seen[0][at_image], features.flatten(0, 1))


def test_a_text_without_image_runs(tiny):
    prompt = tiny.processor.apply_chat_template([{"role": "user", "content": "liver"}], add_generation_prompt=True)
    with torch.no_grad():
        assert tiny.model(**tiny.processor(text=prompt, return_tensors="pt")).logits.isfinite().all()


def test_a_missing_placeholder_is_said_plainly(tiny, squares):
    inputs = inputs_of(tiny, squares)
    inputs["input_ids"][0, (inputs["input_ids"][0] == tiny.model.config.image_token_id).nonzero()[0]] = 5
    try:
        tiny.model(**inputs)
    except ValueError as error:
        assert "11 image placeholders" in str(error)
    else:
        raise AssertionError("a missing placeholder went unnoticed")


def test_the_encoder_gets_a_gradient_when_it_is_trained(tiny, squares):
    inputs = inputs_of(tiny, squares)
    tiny.model(**inputs, labels=inputs["input_ids"].masked_fill(inputs["input_ids"] == 2, -100)).loss.backward()
    assert tiny.model.model.vision_tower.encoder.layer[0].mlp.fc1.weight.grad.abs().sum() > 0
