"""The state of a training run on disk, never half-written."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from angiogram.files import atomic_folder


class Checkpoint:
    """Saves and restores what training changes: unfrozen weights, buffers, optimiser, schedule, step.

    Args:
        folder: holds the latest checkpoint only.
        model: frozen parameters are left out, they are where they came from.
        optimizer, rates: their `state_dict` is kept.
    """

    def __init__(self, folder: Path, model: nn.Module, optimizer: Any, rates: Any) -> None:
        self.folder, self.model, self.optimizer, self.rates = folder, model, optimizer, rates

    def save(self, step: int) -> None:
        """Replace the checkpoint by one taken after `step` steps."""
        with atomic_folder(self.folder) as folder:
            save_file({k: v.detach().contiguous() for k, v in self._changing().items()}, folder / "model.safetensors")
            torch.save({"optimizer": self.optimizer.state_dict(), "rates": self.rates.state_dict()}, folder / "run.pt")
            (folder / "step.json").write_text(json.dumps({"step": step}))

    def restore(self) -> int:
        """Load the checkpoint into model, optimiser and schedule; the number of steps done, 0 without one."""
        if not (self.folder / "step.json").is_file():
            return 0
        kept = load_file(self.folder / "model.safetensors")
        with torch.no_grad():
            for name, tensor in self._changing().items():
                tensor.copy_(kept[name])
        run = torch.load(self.folder / "run.pt", weights_only=True)
        self.optimizer.load_state_dict(run["optimizer"])
        self.rates.load_state_dict(run["rates"])
        return int(json.loads((self.folder / "step.json").read_text())["step"])

    def _changing(self) -> dict[str, Tensor]:
        parameters = {name: p for name, p in self.model.named_parameters() if p.requires_grad}
        return {**parameters, **dict(self.model.named_buffers())}
