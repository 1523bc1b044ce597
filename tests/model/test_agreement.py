"""Processors that do not say what their model needs."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from angiogram.check.drawn import drawn_pictures
from angiogram.errors import InputError
from angiogram.model import image_tokens as image_tokens_of
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.prompt import chat, prepare
from tests.model.tiny import FAMILIES, write_tiny

Change = Callable[[dict], object]


def rewritten(folder: Path, file: str, change: Change, family: str = "llava") -> Path:
    """The family's tiny checkpoint with one of its JSON files changed."""
    write_tiny(family, folder)
    settings = json.loads((folder / file).read_text())
    change(settings)
    (folder / file).write_text(json.dumps(settings))
    return folder


def loaded_from(folder: Path) -> tuple[LoadedModel, list[str]]:
    said: list[str] = []
    return load_model(str(folder), folder, said.append), said


def image_tokens(loaded: LoadedModel) -> int:
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), drawn_pictures()[:1])
    return int((inputs["input_ids"] == loaded.model.config.image_token_id).sum())


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("patch_size", lambda settings: settings.pop("patch_size")),
        ("num_additional_image_tokens", lambda settings: settings.pop("num_additional_image_tokens")),
        ("vision_feature_select_strategy", lambda settings: settings.pop("vision_feature_select_strategy")),
        ("vision_feature_select_strategy", lambda settings: settings.update(vision_feature_select_strategy="full")),
    ],
)
def test_what_a_llava_s_processor_lacks_or_gets_wrong_is_the_model_s(tmp_path, field, change):
    loaded, said = loaded_from(rewritten(tmp_path, "processor_config.json", change))
    assert image_tokens(loaded) == 16
    assert [line for line in said if field in line and "which is used" in line]


COUNTS = {
    "llava_onevision": "num_image_tokens", "gemma3": "image_seq_length", "internvl": "image_seq_length",
    "idefics3": "image_seq_len", "smolvlm": "image_seq_len", "mistral3": "spatial_merge_size",
}  # fmt: skip


@pytest.mark.parametrize("family", COUNTS)
@pytest.mark.parametrize("change", ["missing", "wrong", "no file"])
def test_tokens_of_a_tile_are_counted_as_the_model_makes_them(tmp_path, family, change):
    field = COUNTS[family]
    folder = rewritten(
        tmp_path,
        "processor_config.json",
        lambda s: s.update({field: 3}) if change == "wrong" else s.pop(field),
        family,
    )
    if change == "no file":
        (folder / "processor_config.json").unlink()
    loaded, said = loaded_from(folder)  # and asked about an image
    assert image_tokens(loaded) > 0
    assert [line for line in said if f" {field}; the model's configuration says" in line]


def test_a_count_that_no_configuration_corrects_names_its_fields(tmp_path, monkeypatch):
    monkeypatch.delitem(image_tokens_of.TOKENS, "internvl")
    folder = rewritten(tmp_path, "processor_config.json", lambda s: s.pop("image_seq_length"), "internvl")
    with pytest.raises(InputError, match=r"its processor counts image tokens by image_seq_length: 256\.$"):
        loaded_from(folder)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_whole_processor_is_left_as_it_is(tmp_path, family):
    write_tiny(family, tmp_path)
    _, said = loaded_from(tmp_path)
    assert not [line for line in said if "processor" in line]


def test_tiles_of_another_size_than_the_encoder_s_are_not_counted_by_it(tmp_path):
    def halved(settings):
        settings.update(max_image_size={"longest_edge": 28}, size={"longest_edge": 56})

    folder = rewritten(tmp_path, "preprocessor_config.json", halved, "idefics3")
    (folder / "processor_config.json").write_text(
        json.dumps({"processor_class": "Idefics3Processor", "image_seq_len": 1})
    )
    loaded, said = loaded_from(folder)
    assert loaded.processor.image_seq_len == 1 and not [line for line in said if "image_seq_len" in line]


def test_vip_llava_always_drops_the_class_token():
    vision = SimpleNamespace(patch_size=14, model_type="clip_vision_model")
    processor = SimpleNamespace(vision_feature_select_strategy=None, patch_size=14, num_additional_image_tokens=1)
    config = SimpleNamespace(model_type="vipllava", vision_config=vision)
    assert image_tokens_of.counted(config, processor)["vision_feature_select_strategy"] == "default"


def test_pictures_of_another_size_than_the_encoder_s_are_refused_with_both(tmp_path):
    other = {"height": 70, "width": 70}
    folder = rewritten(
        tmp_path, "preprocessor_config.json", lambda s: s.update(size={"shortest_edge": 70}, crop_size=other)
    )
    with pytest.raises(InputError, match=r"makes pictures of 70x70 pixels, but the encoder of config.json takes 56x56"):
        loaded_from(folder)


def test_the_two_sizes_are_named_where_the_encoder_s_is_a_pair(tmp_path):
    other = {"height": 70, "width": 70}
    folder = rewritten(tmp_path, "preprocessor_config.json", lambda s: s.update(size=other), "internvl")
    with pytest.raises(InputError, match=r"makes pictures of 70x70 pixels, but the encoder of config.json takes 56x56"):
        loaded_from(folder)
