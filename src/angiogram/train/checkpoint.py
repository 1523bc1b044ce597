"""The state of a training run on disk, never half-written."""

import json
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from angiogram.errors import InputError
from angiogram.files import atomic_folder
from angiogram.train.sharded import like, whole

# What json, safetensors and torch raise for a file that is cut short or not theirs.
DAMAGE = (
    OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError, UnpicklingError,
)  # fmt: skip
RECIPE = "recipe"


class Checkpoint:
    """Saves and restores what training changes: unfrozen weights, buffers, optimiser, schedule, step.

    Args:
        folder: holds the latest checkpoint only.
        model: frozen parameters are left out, they are where they came from.
        optimizer, rates: their `state_dict` is kept.
        conditions: of the run, by what a user calls them; a checkpoint of others is refused.
    """

    def __init__(
        self, folder: Path, model: nn.Module, optimizer: Any, rates: Any, conditions: Mapping[str, str]
    ) -> None:
        self.folder, self.model, self.optimizer, self.rates = folder, model, optimizer, rates
        self.conditions = dict(conditions)

    def save(self, step: int, *, write: bool = True) -> None:
        """Replace the checkpoint by one taken after `step` steps; all processes take part, and one writes."""
        weights = {name: whole(tensor.detach()).contiguous() for name, tensor in self._changing().items()}
        state = {"optimizer": tree_map(whole, self.optimizer.state_dict()), "rates": self.rates.state_dict()}
        if not write:
            return
        with atomic_folder(self.folder) as folder:
            save_file(weights, folder / "model.safetensors")
            torch.save(state, folder / "run.pt")
            (folder / "step.json").write_text(json.dumps({"step": step, "run": self.conditions}))

    def restore(self) -> int:
        """Load the checkpoint into model, optimiser and schedule; the number of steps done, 0 without one.

        Raises:
            InputError: the checkpoint is of another run, lacks a part that is trained, or is damaged.
        """
        if not self.folder.exists():
            return 0
        try:
            kept = json.loads((self.folder / "step.json").read_text())
            step, run = int(kept["step"]), dict(kept["run"])
            weights = load_file(self.folder / "model.safetensors")
            state = torch.load(self.folder / "run.pt", weights_only=True)
        except DAMAGE as error:
            raise self._damaged() from error
        self._check(run)
        changing = self._changing()
        if lacking := [name for name in changing if name not in weights]:
            raise InputError(
                f"The checkpoint '{self.folder}' lacks {len(lacking)} of the weights that are trained, the first "
                f"'{lacking[0]}'; delete it and run again."
            )
        try:
            with torch.no_grad():
                for name, tensor in changing.items():
                    tensor.copy_(like(weights[name], tensor))
            self.optimizer.load_state_dict(state["optimizer"])
            self._divide()
            self.rates.load_state_dict(state["rates"])
        except DAMAGE as error:
            raise self._damaged() from error
        return step

    def _divide(self) -> None:
        """The optimiser's moments divided as their weights are."""
        for weight, moments in self.optimizer.state.items():
            for name, value in moments.items():
                if value.shape == weight.shape:
                    moments[name] = like(value, weight)

    def _check(self, run: Mapping[str, str]) -> None:
        """Refuse another run; what can be named is named before the recipe, which differs with it."""
        differing = [name for name, value in self.conditions.items() if run.get(name) != value]
        for name in sorted(differing, key=lambda name: name == RECIPE):
            other = "choose another --out or delete it"
            if name == RECIPE or name not in run:
                raise InputError(f"The checkpoint '{self.folder}' is of another recipe; {other}.")
            raise InputError(
                f"The checkpoint '{self.folder}' was made with the {name} {run[name]}, not {self.conditions[name]}; "
                f"{other}."
            )

    def _damaged(self) -> InputError:
        return InputError(f"The checkpoint '{self.folder}' is damaged; delete it and run again.")

    def _changing(self) -> dict[str, Tensor]:
        parameters = {name: p for name, p in self.model.named_parameters() if p.requires_grad}
        return {**parameters, **dict(self.model.named_buffers())}
