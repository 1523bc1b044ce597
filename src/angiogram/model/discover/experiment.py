"""Does it matter what this module says? Answered by running the model again with that module's output changed."""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.model.discover.rows import readable
from angiogram.model.discover.trace import Trace, run

Edit = Callable[[Tensor], Tensor]


class _Seen(Exception):  # noqa: N818 - it ends a forward pass early and is no error
    """The input of the LLM's first block, and so all that an experiment needs."""

    def __init__(self, states: Tensor) -> None:
        self.states = states


class Experiment:
    """Runs of one model on the two images of a trace.

    Args:
        model: the model.
        traced: its trace.
        entrance: path of the LLM's first block, whose input is the outcome of every run; None where the image is not
            in it, so that the logits of the last token are the outcome.
    """

    def __init__(self, model: nn.Module, traced: Trace, entrance: str | None) -> None:
        self._model = model
        self._inputs = traced.inputs
        self._entrance = entrance
        self._plain = self._outcome(0), self._outcome(1)

    def matters(self, path: str) -> bool:
        """Whether image A's outcome is another one when the module's output is turned round along its last axis."""
        with _edited(self._model.get_submodule(path), lambda states: states.flip(-1)):
            return not torch.equal(self._outcome(0), self._plain[0])

    def carries_all(self, paths: Sequence[str]) -> bool:
        """Whether image A's outcome becomes B's, bit for bit, when these modules say what they said of B.

        If so, nothing of the image passes by them.
        """
        modules = [self._model.get_submodule(path) for path in paths]
        said: list[Tensor] = []
        with ExitStack() as stack:
            for module in modules:
                stack.enter_context(_edited(module, _kept(said)))
            self._outcome(1)
        with ExitStack() as stack:
            for module, states in zip(modules, said, strict=False):
                stack.enter_context(_edited(module, _always(states)))
            return torch.equal(self._outcome(0), self._plain[1])

    @torch.no_grad()
    def _outcome(self, image: int) -> Tensor:
        with ExitStack() as stack:
            if self._entrance is not None:
                stack.enter_context(_stop_before(self._model.get_submodule(self._entrance)))
            try:
                return run(self._model, self._inputs[image]).logits[:, -1]
            except _Seen as seen:
                return seen.states


def _kept(said: list[Tensor]) -> Edit:
    def keep(states: Tensor) -> Tensor:
        said.append(states.clone())
        return states

    return keep


def _always(states: Tensor) -> Edit:
    return lambda given: states if states.shape == given.shape else given


@contextmanager
def _edited(module: nn.Module, edit: Edit) -> Generator[None]:
    def after(_: nn.Module, __: Any, output: Any) -> Any:
        states = readable(output)
        if states is None:
            return output
        return (edit(states), *output[1:]) if isinstance(output, tuple) else edit(states)

    # Before transformers' own hooks, which keep hidden states for connectors that read an earlier block.
    handle = module.register_forward_hook(after, prepend=True)
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def _stop_before(block: nn.Module) -> Generator[None]:
    def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        states = args[0] if args else next(value for value in kwargs.values() if isinstance(value, Tensor))
        raise _Seen(states.clone())

    handle = block.register_forward_pre_hook(before, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()
