"""Published tokenizers, templates and image processors on tiny random weights: tokens, tiles and layout agree."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForImageTextToText

from angiogram.check.checks import run_checks, sound
from angiogram.check.drawn import CLASSES, QUESTION, drawn_pictures
from angiogram.check.subject import Subject
from angiogram.model.layouts.layout import layout_named
from angiogram.model.layouts.tokens import image_counts
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.prompt import chat, prepare
from tests.model.tiny.write import randomise

SHARED = Path(__file__).parents[3] / "shared" / "data" / "processors"
LLM = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 2,
    "num_key_value_heads": 1, "head_dim": 16,
}  # fmt: skip
BLOCKS = {"depth": 2, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2, "out_hidden_size": 32}
MROPE = {"rope_scaling": {"type": "mrope", "rope_type": "default", "mrope_section": [4, 2, 2]}}
SMALLER: dict[str, dict[str, Any]] = {
    "qwen2.5-vl-7b": {**LLM, **MROPE, "vision_config": {**BLOCKS, "fullatt_block_indexes": [1]}},
    "qwen3-vl": {
        "text_config": {**LLM, **MROPE}, "vision_config": {**BLOCKS, "deepstack_visual_indexes": [0, 1]}
    },
    "smolvlm-256m": {
        "text_config": LLM,
        "vision_config": {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2},
    },
}  # fmt: skip
# By hand from the published settings and the pictures of 224x224, 320x160, 160x320 and 300x240 pixels. Qwen2.5-VL and
# Qwen3-VL round each side to 28 and 32 pixels a token. SmolVLM scales the long side to 2048 pixels, cuts tiles of 512,
# adds the whole, and makes 64 tokens of each.
TOKENS = {
    "qwen2.5-vl-7b": [8 * 8, 11 * 6, 6 * 11, 11 * 9],
    "qwen3-vl": [7 * 7, 10 * 5, 5 * 10, 9 * 8],
    "smolvlm-256m": [64 * 17, 64 * 9, 64 * 9, 64 * 17],
}


def deeper(settings: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    inner = {
        name: deeper(settings[name], value)
        for name, value in change.items()
        if isinstance(value, dict) and isinstance(settings.get(name), dict) and name != "rope_scaling"
    }
    return {**settings, **change, **inner}


@pytest.fixture(scope="module", params=SMALLER)
def real(request, tmp_path_factory) -> LoadedModel:
    source = SHARED / request.param
    if not source.is_dir():
        pytest.skip("shared/data/processors is not on this machine")
    folder = tmp_path_factory.mktemp("real") / request.param
    folder.mkdir()
    for file in source.iterdir():
        shutil.copyfile(file, folder / file.name)
    settings = deeper(json.loads((source / "config.json").read_text()), SMALLER[request.param])
    model_type = settings.pop("model_type")
    torch.manual_seed(0)
    model = AutoModelForImageTextToText.from_config(AutoConfig.for_model(model_type, **settings), dtype=torch.float32)
    randomise(model)
    model.save_pretrained(folder)
    return load_model(str(folder), folder, print)


def test_tokens_and_layout_are_those_of_the_published_processor(real):
    pictures = drawn_pictures()
    inputs = prepare(real.processor, chat(real.processor, QUESTION), pictures)
    counts = image_counts(real.model, inputs)
    assert counts == TOKENS[Path(real.name).name]
    sizes = [picture.pixels.shape[:2] for picture in pictures]
    layout = layout_named(real.anatomy.layout)(real.model, real.processor, inputs, sizes)
    assert layout.prompt is not None and [len(boxes) for boxes in layout.prompt] == counts


def test_the_question_stands_behind_the_image_in_the_published_template(real):
    said = chat(real.processor, QUESTION)
    assert said.index(real.processor.image_token) < said.index(QUESTION)
    assert said.rstrip().lower().endswith(("assistant", "assistant:"))


def test_every_check_passes(real):
    if "smolvlm" in real.name:
        pytest.skip("ten times the pixels of the others: minutes on a busy machine")
    results = run_checks(Subject(real, drawn_pictures()[1:3], QUESTION, CLASSES), print)
    assert sound(results), [result.finding.reason for result in results]
