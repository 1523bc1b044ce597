"""The state of a training run on disk, never half-written."""

import json
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.files import atomic_folder

# What json, safetensors and torch raise for a file that is cut short or not theirs.
DAMAGE = (
    OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError, UnpicklingError,
)  # fmt: skip


class Checkpoint:
    """Saves and restores what training changes: unfrozen weights, buffers, optimiser, schedule, step.

    Args:
        folder: holds the latest checkpoint only.
        model: frozen parameters are left out, they are where they came from.
        optimizer, rates: their `state_dict` is kept.
        identity: of the run; a checkpoint of another run is refused.
    """

    def __init__(self, folder: Path, model: nn.Module, optimizer: Any, rates: Any, identity: str) -> None:
        self.folder, self.model, self.optimizer, self.rates = folder, model, optimizer, rates
        self.identity = identity

    def save(self, step: int) -> None:
        """Replace the checkpoint by one taken after `step` steps."""
        with atomic_folder(self.folder) as folder:
            save_file({k: v.detach().contiguous() for k, v in self._changing().items()}, folder / "model.safetensors")
            torch.save({"optimizer": self.optimizer.state_dict(), "rates": self.rates.state_dict()}, folder / "run.pt")
            (folder / "step.json").write_text(json.dumps({"step": step, "run": self.identity}))

    def restore(self) -> int:
        """Load the checkpoint into model, optimiser and schedule; the number of steps done, 0 without one.

        Raises:
            InputError: the checkpoint is of another run or damaged.
        """
        if not self.folder.exists():
            return 0
        try:
            kept = json.loads((self.folder / "step.json").read_text())
            step, run = int(kept["step"]), kept.get("run")
            weights = load_file(self.folder / "model.safetensors")
            state = torch.load(self.folder / "run.pt", weights_only=True)
        except DAMAGE as error:
            raise InputError(f"The checkpoint '{self.folder}' is damaged; delete it and run again.") from error
        if run != self.identity:
            raise InputError(f"The checkpoint '{self.folder}' is of another recipe; choose another --out or delete it.")
        with torch.no_grad():
            for name, tensor in self._changing().items():
                tensor.copy_(weights[name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.rates.load_state_dict(state["rates"])
        return step

    def _changing(self) -> dict[str, Tensor]:
        parameters = {name: p for name, p in self.model.named_parameters() if p.requires_grad}
        return {**parameters, **dict(self.model.named_buffers())}
