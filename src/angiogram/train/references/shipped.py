"""The specialist of the demo, which ships with Angiogram as its connector does: `make demo-model` trains it again.

It stands for its own training alone: the same network, settings, images and labels, by a digest of all of them.
"""

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from angiogram.files import atomic_folder
from angiogram.train.references.task import Training

WEIGHTS = Path(str(files("angiogram.train.references") / "weights"))
NETWORK, PROVENANCE = "network.safetensors", "provenance.json"


def write_shipped(network: nn.Module, taught: str, training: Training, curve: tuple[float, ...], folder: Path) -> None:
    """Keep a trained network in half precision, with how it was trained.

    Args:
        network: as it was trained.
        taught: digest of what it depends on, see `kept.taught`.
        training: its settings.
        curve: the loss of each step.
        folder: is made.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    state = {name: _half(tensor.detach().cpu()) for name, tensor in network.state_dict().items()}
    with atomic_folder(folder) as temporary:
        save_file(state, temporary / NETWORK)
        (temporary / PROVENANCE).write_text(json.dumps({"taught": taught, **asdict(training), "curve": curve}) + "\n")


def load_shipped(network: nn.Module, taught: str, folder: Path = WEIGHTS) -> tuple[float, ...] | None:
    """Fill the network with the weights that ship for this training, in evaluation mode, and return its losses.

    None where none ship for it.
    """
    for file in sorted(folder.glob(f"*/{PROVENANCE}")):
        provenance = json.loads(file.read_text())
        if provenance["taught"] == taught:
            network.load_state_dict(load_file(file.parent / NETWORK))
            network.eval()
            return tuple(provenance["curve"])
    return None


def _half(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.half().contiguous() if tensor.is_floating_point() else tensor
