"""What a lesion is planted with, and the means to change what a module says or is given."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.lesion.handover import Site
from angiogram.lesion.material import Material
from angiogram.lesion.shown import Change, Shown
from angiogram.model.load import LoadedModel

Rewrite = Callable[[Tensor], Tensor]
# (what a module was given, what it says) -> what it says instead
Blend = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Planting:
    """A place to work in; all that is done through it is taken back when `stack` closes.

    Attributes:
        loaded: the intact model.
        strength: above 0, at most 1.
        seed: of all that is drawn.
        material: what is known of the cases.
        shown: which images the current forward pass is about.
        stack: takes hooks off and puts weights back.
    """

    loaded: LoadedModel
    strength: float
    seed: int
    material: Material
    shown: Shown
    stack: ExitStack

    def place(self, module: nn.Module) -> str:
        """The path of a module of the model, for draws of its own."""
        return next(path for path, each in self.loaded.model.named_modules() if each is module)

    def rng(self, *of: object) -> np.random.Generator:
        """The same draws for the same seed and the same words or numbers, on every machine."""
        said = ":".join(map(str, (self.seed, *of)))
        return np.random.default_rng(int.from_bytes(blake2b(said.encode(), digest_size=16).digest(), "big"))

    def hits(self, key: int) -> bool:
        """Whether the image `key` is in the share of the images that is the strength; a stronger fault hits it too."""
        return float(self.rng("hit", key).random()) < self.strength

    def rewrite(self, site: Site, rewrite: Rewrite) -> None:
        """Rewrite the tensor at the site, before any other hook sees it."""
        module = self.loaded.model.get_submodule(site.path)
        return self.output(module, rewrite) if site.side == "output" else self.input(module, rewrite)

    def input(self, module: nn.Module, rewrite: Rewrite) -> None:
        """Rewrite the first tensor that the module is given, before any other hook sees it."""

        def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if args:
                return (rewrite(args[0]), *args[1:]), kwargs
            first = next(name for name, value in kwargs.items() if isinstance(value, Tensor))
            return args, {**kwargs, first: rewrite(kwargs[first])}

        self.stack.callback(module.register_forward_pre_hook(before, with_kwargs=True, prepend=True).remove)

    def output(self, module: nn.Module, rewrite: Rewrite) -> None:
        """Rewrite the first tensor that the module returns, before any other hook sees it."""

        def after(_: nn.Module, __: tuple[Any, ...], output: Any) -> Any:
            return (rewrite(output[0]), *output[1:]) if isinstance(output, tuple) else rewrite(output)

        self.stack.callback(module.register_forward_hook(after, prepend=True).remove)

    def through(self, module: nn.Module, blend: Blend) -> None:
        """Rewrite the first tensor that the module returns, with the first that it was given at hand."""

        def after(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
            given = args[0] if args else next(value for value in kwargs.values() if isinstance(value, Tensor))
            return (blend(given, output[0]), *output[1:]) if isinstance(output, tuple) else blend(given, output)

        self.stack.callback(module.register_forward_hook(after, with_kwargs=True, prepend=True).remove)

    def fade(self, module: nn.Module) -> None:
        """Scale what the module adds to the residual stream beside it by 1 - strength."""
        self.output(module, lambda said: said * (1 - self.strength))

    def weight(self, parameter: Tensor, changed: Tensor) -> None:
        """Set a parameter; its old values wait in the host's memory and come back bit for bit.

        Raises:
            InputError: the parameter is not in memory, or it is quantised.
        """
        if parameter.is_meta or not parameter.is_floating_point():
            raise InputError(
                f"A weight of '{self.loaded.name}' is kept on disk or in whole numbers, so that it cannot be changed; "
                "load the model with its weights in memory and in float32, bfloat16 or float16."
            )
        kept = parameter.detach().to("cpu", copy=True)

        def put_back() -> None:
            with torch.no_grad():
                parameter.copy_(kept)

        self.stack.callback(put_back)
        with torch.no_grad():
            parameter.copy_(changed)

    def each_image(self, site: Site, change: Change) -> None:
        """Change the tokens of each image at a site of the encoder or the connector."""
        shown = self.shown

        def rewrite(states: Tensor) -> Tensor:
            return states if shown.batch is None else shown.batch.each(states, site.stage, change)

        self.rewrite(site, rewrite)
