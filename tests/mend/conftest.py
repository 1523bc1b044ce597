"""A tiny LLaVA that answers, on disk, and copies of it in which one part is ill."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from angiogram.diagnose.repair.asking import Asker
from tests.diagnose.repair.conftest import answering, quarters

__all__ = ["answering", "quarters"]

Weights = dict[str, Tensor]
Ill = Callable[[str], Path]


@pytest.fixture(scope="session")
def whole(answering: Asker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model as it answers."""
    folder = tmp_path_factory.mktemp("whole") / "whole"
    answering.loaded.model.save_pretrained(folder)
    answering.loaded.processor.save_pretrained(folder)
    return folder


@pytest.fixture
def ill(whole: Path, answering: Asker, tmp_path: Path) -> Ill:
    """The folder of the model with a fault of this name in its weights."""

    def plant(fault: str) -> Path:
        folder = tmp_path / fault
        shutil.copytree(whole, folder)
        weights = load_file(folder / "model.safetensors")
        FAULTS[fault](weights, answering)
        save_file(weights, folder / "model.safetensors", {"format": "pt"})
        return folder

    return plant


def _turned_connector(weights: Weights, _: Asker) -> None:
    """All that can be decoded can still be decoded, and nothing is where the language model looks for it.

    Of the turns that were tried this one gives no class a name of its own, which would look like exchanged words.
    """
    name = next(key for key in weights if key.endswith("multi_modal_projector.linear_2.weight"))
    drawn = torch.randn(len(weights[name]), len(weights[name]), generator=torch.Generator().manual_seed(8))
    turn = torch.linalg.qr(drawn)[0]
    weights[name] = turn.T @ weights[name]
    bias = name.replace("weight", "bias")
    weights[bias] = weights[bias] @ turn


def _exchanged_words(weights: Weights, asker: Asker) -> None:
    """The rows of the first tokens of the class names change places."""
    head = next(key for key in weights if key.endswith("lm_head.weight"))
    first = sorted({asker.tree.scored[words[0]][0][1] for words in asker.tree.counted})
    weights[head][first] = weights[head][first[1:] + first[:1]]


def _blind_to_brightness(weights: Weights, _: Asker) -> None:
    """The encoder's kernels see edges alone; what tells the quarters apart is how bright they are."""
    name = next(key for key in weights if key.endswith("vision_tower.embeddings.patch_embedding.weight"))
    weights[name] = weights[name] - weights[name].mean(dim=(1, 2, 3), keepdim=True)


def _deaf(weights: Weights, _: Asker) -> None:
    """The language model's attention carries nothing from one token to another."""
    for name in [key for key in weights if "language_model" in key and key.endswith("self_attn.v_proj.weight")]:
        weights[name] = weights[name] * 0.0


def _mute_connector(weights: Weights, _: Asker) -> None:
    """Every image is the same image token."""
    name = next(key for key in weights if key.endswith("multi_modal_projector.linear_2.weight"))
    weights[name] = weights[name] * 0.0


def _talks_first(weights: Weights, asker: Asker) -> None:
    """A token that begins no class name is always the likeliest first one; among the names all is as it was."""
    head = next(key for key in weights if key.endswith("lm_head.weight"))
    first = sorted({asker.tree.scored[words[0]][0][1] for words in asker.tree.counted})
    rows = weights[head]
    word = next(token for token in range(len(rows) - 1, 0, -1) if token not in first)
    rows[word] = rows[first].sum(dim=0)


FAULTS: dict[str, Callable[[Weights, Asker], None]] = {
    "turned": _turned_connector,
    "exchanged": _exchanged_words,
    "blind": _blind_to_brightness,
    "deaf": _deaf,
    "mute": _mute_connector,
    "talks": _talks_first,
}
