"""Which call of which module uses which parameter in a forward pass.

A parameter belongs to the call that hands it to a function of torch, wherever it is kept: attention that reads its
output layer's weight without calling the layer, a language head that borrows the word embeddings. What a call gives
once for all samples (`[1, ...]`, e.g. the embeddings of positions) says nothing of a single sample; the call around it
then answers for its parameters.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.autograd.graph import register_multi_grad_hook
from torch.overrides import TorchFunctionMode

from angiogram.errors import InputError
from angiogram.train.conflict.call import Call
from angiogram.train.conflict.nested import tensors_in
from angiogram.train.conflict.randomness import Randomness

Heard = Callable[[Call, tuple[Tensor | None, ...]], None]


@dataclass
class _Running:
    """A module between the start and the end of a call.

    Attributes:
        randomness: the generators' state at the start.
        used: parameters that its own code used, or calls inside it that cannot answer for them.
        inside: recorded calls inside it.
    """

    randomness: Randomness | None
    used: dict[nn.Parameter, None] = field(default_factory=dict[nn.Parameter, None])
    inside: list[Call] = field(default_factory=list[Call])


class Recorder(TorchFunctionMode):
    """Records the calls of one forward pass in its context, and hears of their outputs' gradients in the backward pass.

    The parameters themselves have no gradient meanwhile, so that the backward pass makes none of a whole batch: it
    leads to `root` instead, from which everything that a parameter goes into seems to come.

    Args:
        model: with hooks on every module while the context lasts.
        names: of the parameters that count.
        batch: B, the first dimension of what a module gives.
        packed: other first dimensions that are known to hold all samples behind each other.
        device: where `root` lies.
        heard: gets a call and the gradients of its outputs, as soon as these are known.

    Attributes:
        root: a number that the backward pass leads to.
        calls: in the order of their ends.
    """

    def __init__(
        self,
        model: nn.Module,
        names: Mapping[nn.Parameter, str],
        batch: int,
        packed: Collection[int],
        device: torch.device,
        heard: Heard,
    ) -> None:
        super().__init__()
        self.root = torch.zeros((), device=device, requires_grad=True)
        self.calls: list[Call] = []
        self._names, self._batch, self._heard = names, batch, heard
        self._split = {batch, *packed}
        self._modules = {module: name for name, module in model.named_modules()}
        self._trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self._running: list[_Running] = []
        self._recording = True
        self._repeating = 0  # calls that are within each other

    def __enter__(self) -> Self:
        self._hooks = [
            handle
            for module in self._modules
            for handle in (
                module.register_forward_pre_hook(self._starts),
                module.register_forward_hook(self._ends, with_kwargs=True),
                module.register_forward_hook(self._repeated, always_call=True),
            )
        ]
        for parameter in self._trainable:
            parameter.requires_grad_(False)
        super().__enter__()
        return self

    def __exit__(self, *reason: Any) -> None:
        super().__exit__(*reason)
        for handle in self._hooks:
            handle.remove()
        for parameter in self._trainable:
            parameter.requires_grad_(True)

    def stop(self) -> None:
        """The forward pass is over: a module that is called from now on is only repeated."""
        self._recording = False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call the function, and note which parameters it was given."""
        given = kwargs or {}
        used = [t for t in tensors_in((args, given)) if isinstance(t, nn.Parameter) and t in self._names]
        if not used or not torch.is_grad_enabled():
            return func(*args, **given)
        if func is Tensor.__setitem__:
            place, at, value = args
            result = func(place, at, self._from_root(value))
        else:
            result = self._from_root(func(*args, **given))
            if not any(True for _ in tensors_in(result)):
                return result  # a question of its shape or type
        if self._recording:
            self._note(used)
        return result

    def _note(self, used: list[nn.Parameter]) -> None:
        if not self._running:
            name = self._names[used[0]]
            raise InputError(f"Parameter '{name}' is used outside of all modules, so its gradient cannot be split.")
        self._running[-1].used.update(dict.fromkeys(used))

    def _from_root(self, value: Any) -> Any:
        if isinstance(value, tuple):  # of `chunk` and the like
            return tuple(self._from_root(inner) for inner in value)
        if not isinstance(value, Tensor) or value.requires_grad or not value.is_floating_point():
            return value
        return _FromRoot.apply(value, self.root)

    def _starts(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        if self._recording:
            self._running.append(_Running(Randomness.now() if module.training else None))
            return
        if not self._repeating:
            super().__enter__()  # a context is off while a function that it has heard of runs, as the backward pass is
        self._repeating += 1

    def _repeated(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        """Gradient checkpointing repeats calls, and breaks them off when it has what it needs."""
        if self._recording:
            return
        self._repeating -= 1
        if not self._repeating:
            super().__exit__(None, None, None)

    def _ends(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        if not self._recording:
            return
        ended = self._running.pop()
        above = self._running[-1] if self._running else None
        if ended.used:
            tensors = list(tensors_in(output))
            if self._once_for_all(module, tensors, above is not None):
                assert above is not None
                above.used.update(ended.used)
            else:
                self._record(module, args, kwargs, tensors, ended)
        if above is not None:
            above.inside += ended.inside

    def _once_for_all(self, module: nn.Module, tensors: list[Tensor], inner: bool) -> bool:
        sizes = {tensor.shape[0] if tensor.ndim else 1 for tensor in tensors if tensor.requires_grad}
        if sizes <= self._split and tensors:
            return False
        if inner and sizes <= {1, *self._split}:
            return True
        found = f"of {max(sizes)}" if sizes else "of nothing that can be read"
        raise InputError(
            f"Module '{self._modules[module]}' gives a first dimension {found} for a batch of {self._batch} samples, "
            "so its gradient cannot be split by task."
        )

    def _record(
        self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], tensors: list[Tensor], ended: _Running
    ) -> None:
        places = tuple(at for at, tensor in enumerate(tensors) if tensor.requires_grad)
        for call in ended.inside:  # repeating the outer call covers them
            call.parameters = [parameter for parameter in call.parameters if parameter not in ended.used]
        if not places:
            return  # detached: no gradient passes
        call = Call(module, self._modules[module], list(ended.used), args, kwargs, places, ended.randomness)
        self.calls.append(call)
        ended.inside.append(call)
        register_multi_grad_hook([tensors[at] for at in places], partial(self._hear, call))

    def _hear(self, call: Call, gradients: Any) -> None:
        self._heard(call, tuple(gradients))


class _FromRoot(torch.autograd.Function):
    """The value itself, as if it came from the root."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, root: Tensor) -> Tensor:
        """A copy, which may be changed in place."""
        ctx.root = root.new_zeros(())
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> tuple[None, Tensor]:
        """Nothing is learned of the root."""
        return None, ctx.root
