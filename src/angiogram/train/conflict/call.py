"""One call of a module in the forward pass, and what its output's gradient says of each task."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.train.conflict.nested import tensors_in
from angiogram.train.conflict.parts import Dense, Looked, Part, Products
from angiogram.train.conflict.randomness import Randomness

Samples = tuple[Tensor, ...]
"""Which samples of the batch are of task i, `[n_i]`, for each of m tasks."""
Rows = Mapping[int, Samples]
"""The same for the rows of a tensor, by how many it has: one a sample, or several behind each other."""


@dataclass
class Call:
    """A call, from its forward pass to its backward pass.

    Attributes:
        module: what was called.
        name: where it stands in the model.
        parameters: those that this call answers for.
        args, kwargs: what it was given.
        places: of the outputs that have a gradient, among the tensors of its output.
        randomness: the generators' state before it; None outside of training.
    """

    module: nn.Module
    name: str
    parameters: list[nn.Parameter]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    places: tuple[int, ...]
    randomness: Randomness | None

    def __post_init__(self) -> None:
        self._versions = self._now()

    def parts(self, gradients: Sequence[Tensor | None], rows: Rows) -> dict[nn.Parameter, Part]:
        """What the call adds to the tasks' gradients of each of its parameters.

        Args:
            gradients: of its outputs at `places`, each `[B, ...]`, or as many rows as `rows` knows; None where the
                loss does not depend on one.
            rows: of each task.

        Raises:
            InputError: what the module was given has been changed in place since.
        """
        if self._now() != self._versions:
            raise InputError(f"What module '{self.name}' was given is changed in place after it, so it cannot be read.")
        first = gradients[0]
        if first is not None and type(self.module) is nn.Linear:
            return self._linear(self.module, first, rows[len(first)])
        if first is not None and type(self.module) is nn.Embedding and _looks_up(self.module):
            return self._embedding(self.module, first, rows[len(first)])
        return self._repeated(gradients, rows)

    def _linear(self, module: nn.Linear, gradient: Tensor, samples: Samples) -> dict[nn.Parameter, Part]:
        pairs = [_seen(self._given()[own], gradient[own]) for own in samples]
        found: dict[nn.Parameter, Part] = {}
        for parameter in self.parameters:
            if parameter is module.weight:
                found[parameter] = Products(tuple(x for x, _ in pairs), tuple(g for _, g in pairs))
            else:
                found[parameter] = Dense(torch.stack([g.sum(dim=0) for _, g in pairs])[..., None])
        return found

    def _embedding(self, module: nn.Embedding, gradient: Tensor, samples: Samples) -> dict[nn.Parameter, Part]:
        ids, looked = [], []
        for own in samples:
            places, found = _seen(self._given()[own][..., None], gradient[own])
            kept = places[:, 0] != (-1 if module.padding_idx is None else module.padding_idx)
            ids.append(places[kept, 0])
            looked.append(found[kept])
        return {self.parameters[0]: Looked(tuple(ids), tuple(looked))}

    def _repeated(self, gradients: Sequence[Tensor | None], rows: Rows) -> dict[nn.Parameter, Part]:
        """Call the module once more, and differentiate it with the output gradients of one task after the other."""
        split: dict[nn.Parameter, list[Tensor]] = {parameter: [] for parameter in self.parameters}
        with _trained(self.parameters):
            tensors = list(tensors_in(self._again()))
            pairs = [(tensors[at], g) for at, g in zip(self.places, gradients, strict=True) if g is not None]
            pairs = [(output, g) for output, g in pairs if output.requires_grad]
            outputs = [output for output, _ in pairs]
            for task in range(len(next(iter(rows.values())))):
                masked = [_of_rows(g, rows[len(g)][task]) for _, g in pairs]
                found = torch.autograd.grad(outputs, self.parameters, masked, retain_graph=True, materialize_grads=True)
                for parameter, gradient in zip(self.parameters, found, strict=True):
                    split[parameter].append(gradient)
        return {parameter: Dense(_as_rows(torch.stack(given))) for parameter, given in split.items()}

    def _again(self) -> Any:
        with torch.enable_grad(), nullcontext() if self.randomness is None else self.randomness.again():
            return self.module(*self.args, **self.kwargs)

    def _given(self) -> Tensor:
        return self.args[0] if self.args else self.kwargs["input"]

    def _now(self) -> list[int]:
        return [tensor._version for tensor in tensors_in((self.args, self.kwargs))]


@contextmanager
def _trained(parameters: list[nn.Parameter]) -> Generator[None]:
    """These have a gradient inside, and none outside."""
    for parameter in parameters:
        parameter.requires_grad_(True)
    try:
        yield
    finally:
        for parameter in parameters:
            parameter.requires_grad_(False)


def _of_rows(gradient: Tensor, own: Tensor) -> Tensor:
    """The gradient with zeros in all rows but these."""
    return torch.zeros_like(gradient).index_copy_(0, own, gradient[own])


def _looks_up(module: nn.Embedding) -> bool:
    return module.max_norm is None and not module.scale_grad_by_freq


def _seen(given: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """Input `[n, ..., C]` and output gradient `[n, ..., R]` by place, `[N, C]` and `[N, R]`, without places of no
    gradient: at a language head these are all but the answer's."""
    x, g = given.detach().flatten(0, -2), gradient.flatten(0, -2)
    felt = torch.linalg.vector_norm(g, ord=torch.inf, dim=-1) > 0
    return (x, g) if felt.all() else (x[felt], g[felt])


def _as_rows(gradients: Tensor) -> Tensor:
    """`[m, R, ...]` -> `[m, R, C]`."""
    return gradients.reshape(len(gradients), gradients.shape[1] if gradients.ndim > 1 else 1, -1)
