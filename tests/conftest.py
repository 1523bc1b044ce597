"""Real but tiny models and images that every room's tests share."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import settings
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import BitImageProcessorPil, Dinov2Config, LlamaConfig, PreTrainedTokenizerFast

from angiogram.data.cases import Case, Cases
from angiogram.imaging.image import Image
from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration, AngiogramProcessor
from angiogram.model.build.processing import CHAT_TEMPLATE
from angiogram.model.load import LoadedModel, load_model
from tests.model.every.write import write_type
from tests.model.tiny import TINY

gc.disable()  # until all is collected: nothing of what is made until then is garbage
torch.set_num_threads(1)
settings.load_profile("ci")  # the same cases each time; others with --hypothesis-profile=default

CLASSES = ("left kidney", "right kidney", "liver", "left lung")
QUESTION = "Which structure is shown?"
CONNECTOR = {"reduce": {"name": "join", "block": (2, 2)}, "project": {"name": "mlp", "layers": 2, "width": 24}}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_finish() -> None:
    """Look for garbage in what comes from here on; libraries and collected tests stay."""
    gc.freeze()
    gc.enable()


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE trained on the few words that the tests use."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<|im_start|>", "<|im_end|>", "<image>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator([*CLASSES, QUESTION, "user assistant"] * 4, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        additional_special_tokens=["<image>"],
    )


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random model of our own family in Hugging Face layout: 56 px, 16 patches, 4 image tokens."""
    torch.manual_seed(0)
    tokenizer = tiny_tokenizer()
    vision = Dinov2Config(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2, patch_size=14, image_size=56
    )
    text = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=True, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.eos_token_id, initializer_range=0.4,
    )  # fmt: skip
    config = AngiogramConfig(
        vision, text, image_size=56, connector=CONNECTOR, image_token_id=tokenizer.convert_tokens_to_ids("<image>")
    )
    model = AngiogramForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    image_processor = BitImageProcessorPil(size={"height": 56, "width": 56}, do_center_crop=False)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    model.save_pretrained(folder)
    AngiogramProcessor(image_processor, tokenizer, config.image_tokens, CHAT_TEMPLATE).save_pretrained(folder)
    return folder


@pytest.fixture
def tiny(tiny_folder: Path, tmp_path: Path) -> LoadedModel:
    """The tiny model, loaded as a user's folder is."""
    return load_model(str(tiny_folder), tmp_path, print)


@pytest.fixture(scope="session")
def load_family(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], LoadedModel]:
    """One model of each family or model type ("angiogram" is our own), written and loaded once; not to be changed."""

    @cache
    def load(name: str) -> LoadedModel:
        folder = tiny_folder if name == "angiogram" else tmp_path_factory.mktemp(name)
        if name != "angiogram":
            write_type(name, folder) if name not in TINY else TINY[name](folder)
        return load_model(str(folder), folder, print)

    return load


@pytest.fixture(scope="session")
def squares() -> Cases:
    """48 noisy grey images whose bright quarter gives the class; every third case is held out."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 90, (48, 56, 56), dtype=np.uint8)
    rows: list[Case] = []
    for i in range(48):
        kind = i % 4
        y, x = 28 * (kind // 2), 28 * (kind % 2)
        pixels[i, y : y + 28, x : x + 28] += 120
        split = "test" if (i // 4) % 3 == 2 else "train"
        rows.append(Case(str(i), f"squares#{i}", CLASSES[kind], f"g{i // 4}", split))
    return Cases("squares", tuple(rows), CLASSES, lambda row: Image(pixels[int(row.id)], ("drawn",)), QUESTION)


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests that convert the embedded model or draw the phantom, also of other processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless browser, one a process; the tests that need one skip, and say so, where none is installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser is installed: looked for {', '.join(BROWSERS)}")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()
