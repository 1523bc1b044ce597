"""One question about two images, seen by every module: who is called when, with what, and what depends on the image."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.discover.rows import Rows, readable, rows_of
from angiogram.model.prompt import chat, first_step, prepare
from angiogram.model.trial import HEIGHT, QUESTION, WIDTH


@dataclass(frozen=True)
class Call:
    """One call of one module.

    Attributes:
        path: of the module.
        kind: its class.
        leaf: whether it holds no other modules.
        began, ended: moments, counted over all calls; a call inside another lies between its two.
        given: its first tensor, as a tap on its input reads it.
        gave: its output, as a tap reads it; None where that is no tensor.
        given_depends, gave_depends: whether they were different for the other image.
    """

    path: str
    kind: str
    leaf: bool
    began: int
    ended: int
    given: Rows | None
    gave: Rows | None
    given_depends: bool = False
    gave_depends: bool = False


@dataclass(frozen=True)
class Trace:
    """The calls of image A in order of their beginning, with what image B changed.

    Attributes:
        calls: every call of every module.
        other: image B's calls, by path and count of the path's calls.
        inputs: what the processor gave for A and for B.
        depends: whether the logits of the last token differ.
    """

    calls: tuple[Call, ...]
    other: Mapping[tuple[str, int], Call]
    inputs: tuple[Mapping[str, Any], Mapping[str, Any]]
    depends: bool

    @property
    def prompt_length(self) -> int:
        """Tokens of the prompt, the image's among them."""
        return self.inputs[0]["input_ids"].shape[1]

    def of(self, path: str) -> Call:
        """The first call of a module.

        Raises:
            InputError: the model does not call it.
        """
        for call in self.calls:
            if call.path == path:
                return call
        raise InputError(f"The model does not call its module '{path}' when it is asked about an image.")

    def changed(self, call: Call) -> Tensor:
        """`[N]`, the rows of a first call's input that the image changes."""
        assert call.given is not None
        other = self.other[call.path, 0].given
        return ~call.given.same(other) if other is not None else torch.ones(len(call.given.codes), dtype=torch.bool)


@torch.no_grad()
def trace(model: nn.Module, processor: Any) -> Trace:
    """Ask about two noise images of one size."""
    both = tuple(_inputs(model, processor, seed) for seed in (0, 1))
    (first, logits), (second, others) = (_calls(model, inputs) for inputs in both)
    other = dict(_numbered(second))
    calls = tuple(_compared(call, other.get(key)) for key, call in _numbered(first))
    return Trace(calls, other, (both[0], both[1]), not torch.equal(logits, others))


def run(model: Any, inputs: Mapping[str, Any]) -> Any:
    """One forward pass, called as an answer's first step calls it."""
    return model(**first_step(model, dict(inputs), use_cache=False))


def _inputs(model: Any, processor: Any, seed: int) -> Mapping[str, Any]:
    pixels = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    inputs = prepare(processor, chat(processor, QUESTION), [Image(pixels, ("noise",))])
    return inputs.to(model.device)


def _calls(model: nn.Module, inputs: Mapping[str, Any]) -> tuple[list[Call], Tensor]:
    calls: list[Call] = []
    with _recording(model, calls):
        logits = run(model, inputs).logits[:, -1].cpu()
    return sorted(calls, key=lambda call: call.began), logits


@contextmanager
def _recording(model: nn.Module, calls: list[Call]) -> Generator[None]:
    """Hooks on every module but the whole one; `calls` grows as the calls end."""
    now = 0
    running: list[Call] = []
    handles: list[Any] = []

    def watch(path: str, module: nn.Module) -> None:
        leaf = next(module.children(), None) is None

        def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            nonlocal now
            now += 1
            first = args[0] if args else next((v for v in kwargs.values() if isinstance(v, Tensor)), None)
            given = readable(first)
            running.append(
                Call(path, type(module).__name__, leaf, now, -1, None if given is None else rows_of(given), None)
            )

        def after(_: nn.Module, __: Any, output: Any) -> None:
            nonlocal now
            now += 1
            gave = readable(output)
            calls.append(replace(running.pop(), ended=now, gave=None if gave is None else rows_of(gave)))

        handles.append(module.register_forward_pre_hook(before, with_kwargs=True))
        handles.append(module.register_forward_hook(after))

    try:
        for path, module in model.named_modules():
            if path:
                watch(path, module)
        yield
    finally:
        for handle in handles:
            handle.remove()


def _numbered(calls: list[Call]) -> list[tuple[tuple[str, int], Call]]:
    count: dict[str, int] = {}
    numbered: list[tuple[tuple[str, int], Call]] = []
    for call in calls:
        number = count.get(call.path, 0)
        count[call.path] = number + 1
        numbered.append(((call.path, number), call))
    return numbered


def _compared(call: Call, other: Call | None) -> Call:
    return replace(
        call,
        given_depends=_differ(call.given, other.given if other else None),
        gave_depends=_differ(call.gave, other.gave if other else None),
    )


def _differ(rows: Rows | None, other: Rows | None) -> bool:
    return rows is not None and (other is None or not bool(rows.same(other).all()))
