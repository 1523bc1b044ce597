"""Device, precision and placement: refused early, kept exactly, the same answers wherever the parts are."""

import platform
from pathlib import Path

import pytest
import torch

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import label_tree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.errors import InputError
from angiogram.model import precision
from angiogram.model.load import load_model, random_twin
from angiogram.model.loading import Loading
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.test_llava_original import write as write_original
from tests.model.tiny import write_tiny


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"device": "gpu"}, "no device 'gpu'; allowed are auto, cpu, cuda"),
        ({"device": "cuda:x"}, "no device 'cuda:x'"),
        ({"precision": "bfloat61"}, "no precision 'bfloat61'.*did you mean 'bfloat16'"),
        ({"spread": True, "device": "cuda:1"}, "--spread uses all GPUs"),
    ],
)
def test_a_choice_that_does_not_exist_is_one_sentence(options, said):
    with pytest.raises(InputError, match=said):
        Loading(**options)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_gpu_that_is_not_there_is_refused_before_anything_is_read(tmp_path, device):
    with pytest.raises(InputError, match=f"--device {device} is not there: torch finds no GPU"):
        load_model(str(tmp_path), tmp_path, print, Loading(device=device))


def test_a_gpu_beyond_the_last_names_those_that_are_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    with pytest.raises(InputError, match="this machine has cuda:0 to cuda:1"):
        precision.device_named("cuda:7")
    assert precision.device_named("auto") == precision.device_named("cuda") == torch.device("cuda:1")
    assert precision.device_named("cuda:0") == torch.device("cuda:0")
    assert precision.device_named("cpu") == torch.device("cpu")


@pytest.mark.parametrize(("native", "chosen"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_gpu_gets_bfloat16_where_it_computes_in_it(monkeypatch, native, chosen):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: native)
    assert precision.dtype_named("auto", torch.device("cuda:0"), print) == chosen
    assert precision.dtype_named("float16", torch.device("cuda:0"), print) == torch.float16


@pytest.fixture(scope="module")
def half_folder(tmp_path_factory):
    """A tiny LLaVA whose weights are stored in bfloat16."""
    folder = tmp_path_factory.mktemp("half")
    write_tiny("llava", folder)
    stored = load_model(str(folder), folder, print, Loading(precision="bfloat16"))
    stored.model.save_pretrained(folder)
    return folder


def test_a_cpu_gets_float32_whatever_is_stored(half_folder, tmp_path):
    assert load_model(str(half_folder), tmp_path, print, Loading(device="cpu")).model.dtype == torch.float32


@pytest.mark.parametrize("native", [True, False])
def test_bfloat16_works_on_every_cpu_and_is_called_slow_where_it_is(half_folder, tmp_path, monkeypatch, native):
    monkeypatch.setattr(precision, "cpu_computes_bfloat16", lambda: native)
    lines = []
    loaded = load_model(str(half_folder), tmp_path, lines.append, Loading(device="cpu", precision="bfloat16"))
    assert {p.dtype for p in loaded.model.parameters()} == {torch.bfloat16}
    assert any("does not compute in bfloat16 natively" in line for line in lines) == (not native)
    twin = random_twin(loaded, 0)
    assert {p.dtype for p in twin.model.parameters()} == {torch.bfloat16}
    assert twin.revision == random_twin(loaded, 0).revision


def test_float16_on_a_cpu_is_computed_in_float32_unless_asked_for_and_then_called_slow(squares, tmp_path):
    write_tiny("llava", tmp_path)
    stored = load_model(str(tmp_path), tmp_path, print, Loading(precision="float16"))
    stored.model.save_pretrained(tmp_path)
    assert '"float16"' in (tmp_path / "config.json").read_text()
    lines = []
    whole = load_model(str(tmp_path), tmp_path, lines.append, Loading(device="cpu"))
    assert whole.model.dtype == torch.float32 and not lines
    half = load_model(str(tmp_path), tmp_path, lines.append, Loading(device="cpu", precision="float16"))
    assert half.model.dtype == torch.float16 and any("does not compute in float16 natively" in line for line in lines)
    expected, found = read(whole, squares), read(half, squares)
    torch.testing.assert_close(
        torch.as_tensor(found["likelihoods"]).float(),
        torch.as_tensor(expected["likelihoods"]).float(),
        atol=0.1,
        rtol=0,
    )


def read(loaded, squares):
    """Every tap, the class likelihoods and the greedy answers of three images."""
    images = [squares.read(row) for row in squares.rows[:3]]
    inputs = prepare(loaded.processor, chat(loaded.processor, squares.question), images).to(loaded.device)
    poolings = batch_poolings(loaded, inputs, [image.pixels.shape[:2] for image in images])
    with torch.no_grad(), pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings) as pooled:
        prompts = prefill(loaded, inputs)
    likelihoods = class_log_likelihoods(prompts, label_tree(loaded.processor.tokenizer, squares.classes))
    said = continue_greedily(prompts, torch.tensor([0, 2]), 4)
    return {"likelihoods": likelihoods, "said": said, **pooled}


@pytest.mark.parametrize("family", ["llava", "qwen2_5_vl", "smolvlm", "internvl"])
def test_a_model_divided_over_memory_and_disk_reads_the_same(family, squares, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    write_tiny(family, folder)
    whole = load_model(str(folder), tmp_path, print, Loading(device="cpu"))
    paths = [f"model.{name}" for name, _ in whole.model.model.named_children()]
    placement = {"lm_head": "cpu", **dict.fromkeys(paths, "cpu"), paths[0]: "disk"}  # the encoder
    loading = Loading(device="cpu", placement=placement, offload=tmp_path / "offload")
    divided = load_model(str(folder), tmp_path, print, loading)
    assert any(p.device.type == "meta" for p in divided.model.parameters())
    for one, other in ((whole, divided), (random_twin(whole, 3), random_twin(divided, 3))):
        expected, found = read(one, squares), read(other, squares)
        assert set(found) == set(expected)
        for name, rows in expected.items():
            torch.testing.assert_close(found[name], rows)


def test_the_twin_of_a_model_is_random_in_every_matrix(tiny):
    twin = random_twin(tiny, 7).model
    for name, weight in tiny.model.named_parameters():
        if weight.dim() > 1 and weight.any():  # an unused mask token is zero
            assert not twin.get_parameter(name).allclose(weight), name


@pytest.mark.parametrize("inside", [True, False], ids=["encoder inside", "encoder beside"])
def test_an_original_llava_is_loaded_by_its_folder_in_the_precision_asked_for(squares, tmp_path, inside):
    folder = tmp_path / "llava-med"
    write_original(folder, inside=inside)
    loaded = load_model(str(folder), tmp_path, print, Loading(device="cpu"))
    assert loaded.anatomy.family == "llava" and loaded.model.dtype == torch.float32
    half = load_model(str(folder), tmp_path, print, Loading(device="cpu", precision="bfloat16"))
    assert {p.dtype for p in half.model.parameters()} == {torch.bfloat16}
    assert half.revision == loaded.revision
    twin = random_twin(loaded, 0)
    expected, found = read(loaded, squares), read(twin, squares)
    assert {k: v.shape for k, v in expected.items()} == {k: v.shape for k, v in found.items()}
    assert not found["encoder.out"].allclose(expected["encoder.out"])


@pytest.mark.skipif(
    not Path("/proc/cpuinfo").is_file(), reason="the processor's instructions are told in /proc/cpuinfo"
)
def test_a_cpu_computes_in_bfloat16_where_it_has_instructions_for_it():
    told = Path("/proc/cpuinfo").read_text().split()
    if platform.machine() == "x86_64":
        assert precision.cpu_computes_bfloat16() == bool({"avx512_bf16", "amx_tile"} & set(told))
