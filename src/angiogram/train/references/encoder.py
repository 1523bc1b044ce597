"""A copy of a model's vision encoder that runs inside the model's own forward pass."""

import copy
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from accelerate.hooks import remove_hook_from_submodules
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import first_step
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import Pool
from angiogram.tap.taps import plan_taps
from angiogram.train.references.prepared import Piece

END = "encoder.out"


class Encoder(nn.Module):
    """Pieces of a batch -> the mean image token at `encoder.out`, `[B, D]`.

    The copy takes the original's place during a forward pass, which ends where the connector begins: features are
    selected and pooled as for the model itself, in every family.

    Args:
        loaded: the model; outside a forward pass it is as it was, and none of its weights ever changes.

    Attributes:
        copied: the copy, in float32, on the model's device.

    Raises:
        InputError: parts of the encoder are on disk.
    """

    def __init__(self, loaded: LoadedModel) -> None:
        super().__init__()
        original = loaded.model.get_submodule(loaded.anatomy.encoder)
        if any(weight.is_meta for weight in original.parameters()):
            raise InputError(f"The vision encoder of '{loaded.name}' lies on disk, where it cannot be tuned.")
        self.copied = copy.deepcopy(original)
        remove_hook_from_submodules(self.copied)  # those of a model that is divided over devices
        self.copied.to(loaded.device, torch.float32).requires_grad_(True)
        self.copied.register_forward_pre_hook(_in_float32, with_kwargs=True)
        self._loaded = loaded
        self._end = next(tap for tap in plan_taps(loaded.anatomy) if tap.name == END)

    def forward(self, pieces: Sequence[Piece]) -> Tensor:
        """Run each piece.

        Raises:
            InputError: no gradient reaches the features in training.
        """
        features = torch.cat([self._run(piece) for piece in pieces])
        if self.training and torch.is_grad_enabled() and not features.requires_grad:
            raise InputError(f"The vision encoder of '{self._loaded.name}' passes no gradient on; it cannot be tuned.")
        return features

    def _run(self, piece: Piece) -> Tensor:
        model = self._loaded.model
        stage = self._end.stage
        with (
            self._in_place(),
            pooled_hooks(model, (self._end,), {stage: _in_full(piece.poolings[stage])}, stop=True) as pooled,
        ):
            model(**first_step(model, piece.inputs, use_cache=False))
        return pooled[END][:, 0]

    @contextmanager
    def _in_place(self) -> Generator[None]:
        model, path = self._loaded.model, self._loaded.anatomy.encoder
        original = model.get_submodule(path)
        model.set_submodule(path, self.copied)
        try:
            yield
        finally:
            model.set_submodule(path, original)


def _in_float32(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Some models bring their pixels into their own precision before the encoder."""
    return tuple(_float(value) for value in args), {name: _float(value) for name, value in kwargs.items()}


def _float(value: Any) -> Any:
    return value.float() if isinstance(value, Tensor) and value.is_floating_point() else value


def _in_full(pool: Pool) -> Pool:
    """The pooling in float32 where mixed precision is on."""

    def pooled(states: Tensor) -> Tensor:
        with torch.autocast(states.device.type, enabled=False):
            return pool(states)

    return pooled
