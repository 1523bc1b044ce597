"""The embedded model from the real asset packages: real weights, real crops."""

import os
import shutil

import numpy as np
import onnx
import pytest
import torch
from onnx.reference import ReferenceEvaluator

from angiogram.answer.parse import parse_answer
from angiogram.assets import VIT
from angiogram.data.phantom import phantom_cases, phantom_volume_cases
from angiogram.errors import InputError
from angiogram.model.build.base import embedded_base
from angiogram.model.build.encoder_onnx import read_encoder
from angiogram.model.load import load_model
from angiogram.model.parts import shipped_folder
from angiogram.model.prompt import chat, pictures, prepare


@pytest.fixture(scope="module")
def base(shared_cache):
    return embedded_base(shared_cache, lambda _: None)


def test_the_encoder_equals_the_onnx_graph():
    graph = onnx.load(VIT.locate())
    nodes = list(graph.graph.node)
    end = next(i for i, node in enumerate(nodes) if node.name == "/backbone/layernorm/Add_1")
    del graph.graph.node[end + 1 :]
    del graph.graph.output[:]
    graph.graph.output.append(onnx.ValueInfoProto(name=nodes[end].output[0]))
    pixels = np.random.default_rng(0).normal(size=(1, 3, 224, 224)).astype(np.float32)
    (expected,) = ReferenceEvaluator(graph).run(None, {"input_image": pixels})
    with torch.no_grad():
        found = read_encoder(VIT.locate())(torch.from_numpy(pixels)).last_hidden_state.numpy()
    assert np.abs(found - expected).max() < 1e-3


def test_the_base_is_converted_once_and_checked(base, shared_cache):
    lines = []
    assert embedded_base(shared_cache, lines.append) == base and lines == []
    assert not list(shared_cache.glob(f".{base.name}.*.part"))


def test_a_damaged_cache_file_is_named_with_the_remedy(base, tmp_path):
    copy = shutil.copytree(base, tmp_path / base.name, copy_function=os.symlink)
    whole = copy.joinpath("processor_config.json").read_bytes()
    copy.joinpath("processor_config.json").unlink()
    copy.joinpath("processor_config.json").write_bytes(whole[:-5])
    with pytest.raises(InputError, match=r"damaged or missing; delete the folder"):
        embedded_base(tmp_path, print)


def test_no_path_of_this_machine_is_written_into_the_model(base):
    assert "site-packages" not in (base / "config.json").read_text()


def test_the_llm_still_speaks(base, shared_cache):
    loaded = load_model("embedded", shared_cache, print)
    question = [{"role": "user", "content": "What is the capital of France?"}]
    text = loaded.processor.apply_chat_template(question, add_generation_prompt=True)
    inputs = loaded.processor(text=text, return_tensors="pt")
    said = loaded.model.generate(**inputs, max_new_tokens=8, do_sample=False)
    assert "Paris" in loaded.processor.tokenizer.decode(said[0])


def test_the_tuned_model_really_answers(base, shared_cache):
    cases = phantom_cases(shared_cache)
    first = {row.label: i for i, row in reversed(list(enumerate(cases.rows))) if row.split == "test"}
    rows = [cases.rows[i] for i in first.values()]
    loaded = load_model("demo-tuned", shared_cache, print)
    inputs = loaded.processor(
        images=pictures([cases.read(row) for row in rows]),
        text=[chat(loaded.processor, cases.question)] * len(rows),
        return_tensors="pt",
    )
    tokens = loaded.model.generate(**inputs, max_new_tokens=8, do_sample=False)[:, inputs["input_ids"].shape[1] :]
    texts = loaded.processor.tokenizer.batch_decode(tokens, skip_special_tokens=True)
    parsed = [parse_answer(text, cases.words) for text in texts]
    assert all(p.label is not None for p in parsed), texts
    assert np.mean([cases.classes[p.label] == row.label for p, row in zip(parsed, rows, strict=True)]) > 0.5


@pytest.mark.nightly
def test_the_model_of_volumes_really_answers(base, shared_cache):
    cases = phantom_volume_cases(shared_cache)
    rows = [row for row in cases.rows if row.split == "test"][::6]
    loaded = load_model("demo-3d", shared_cache, print)
    assert loaded.slices == 8 and loaded.trained_on == "phantom-volumes"
    inputs = prepare(loaded.processor, chat(loaded.processor, cases.ask()), [cases.read(row) for row in rows])
    tokens = loaded.model.generate(**inputs, max_new_tokens=8, do_sample=False)[:, inputs["input_ids"].shape[1] :]
    texts = loaded.processor.tokenizer.batch_decode(tokens, skip_special_tokens=True)
    parsed = [parse_answer(text, cases.words) for text in texts]
    assert np.mean([p.label is not None for p in parsed]) > 0.9, texts
    right = [p.label is not None and cases.classes[p.label] == row.label for p, row in zip(parsed, rows, strict=True)]
    assert np.mean(right) > 0.15, "always naming the most frequent class is right in one of twelve"


@pytest.mark.parametrize(("models", "files"), [(("demo", "demo-tuned"), 3), (("demo-3d",), 3)])
def test_the_shipped_weights_are_at_most_twelve_megabytes(models, files):
    there = [path for model in models for path in shipped_folder(model).rglob("*") if path.is_file()]
    assert sum(path.suffix == ".safetensors" for path in there) == files
    assert sum(path.stat().st_size for path in there) <= 12e6
