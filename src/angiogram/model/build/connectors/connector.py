"""A connector: a way to reduce tokens, then a way to project them, each by its name."""

from collections.abc import Container, Mapping
from inspect import Parameter, signature
from typing import Any

from torch import Tensor, nn

from angiogram.errors import InputError, unknown
from angiogram.model.build.connectors.patches import Grid, Patches
from angiogram.model.build.connectors.projector import Projector
from angiogram.model.build.connectors.reducer import Reducer
from angiogram.registry import registered

_ROOM = "angiogram.model.build.connectors"
REDUCERS = {
    "none": f"{_ROOM}.reducer:Unreduced",
    "join": f"{_ROOM}.blocks:Joined",
    "average": f"{_ROOM}.blocks:Averaged",
    "max": f"{_ROOM}.blocks:Largest",
    "attention": f"{_ROOM}.attention_pooling:AttentionPooling",
    "resampler": f"{_ROOM}.resampler:PerceiverResampler",
}
PROJECTORS = {
    "linear": f"{_ROOM}.mlp:Linear",
    "mlp": f"{_ROOM}.mlp:Mlp",
    "experts": f"{_ROOM}.experts:Experts",
}
NAME = "name"
DEFAULT: Mapping[str, Mapping[str, Any]] = {
    "reduce": {NAME: "join", "block": (2, 2)},
    "project": {NAME: "mlp", "layers": 2},
}


class Connector(nn.Module):
    """Tokens of the encoder in, image tokens of the LLM out.

    Args:
        width_in: of the encoder.
        width_out: of the LLM.
        reduce: the reducer's name and its settings.
        project: the projector's name and its settings.
        tasks: how many a router tells apart.

    Raises:
        InputError: a name or a setting is not known.
    """

    def __init__(
        self, width_in: int, width_out: int, reduce: Mapping[str, Any], project: Mapping[str, Any], tasks: int = 1
    ) -> None:
        super().__init__()
        self.reduce: Reducer = _made("reducer", REDUCERS, reduce, {"width": width_in})
        given = {"width_in": self.reduce.width_out(width_in), "width_out": width_out, "tasks": tasks}
        self.project: Projector = _made("projector", PROJECTORS, project, given)

    def grid_out(self, grid: Grid) -> Grid:
        """How the image tokens lie that come of a grid of the encoder's."""
        return self.reduce.grid_out(grid)

    def forward(self, tokens: Tensor, grid: Grid, mask: Tensor | None = None, task: Tensor | None = None) -> Tensor:
        """Patch tokens `[B, T, D]` that lie on a grid -> image tokens `[B, T', D_llm]`; see `Patches`."""
        return self.project(self.reduce(Patches(tokens, grid, mask, task)))


def settled_reducer(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A reducer's settings with the values of those that are left out.

    Raises:
        InputError: the name is not known.

    >>> settled_reducer({"name": "join"}) == settled_reducer({"name": "join", "block": [2, 2]})
    True
    """
    takes = settings_of(registered("reducer", str(settings[NAME]), REDUCERS))
    left_out = {key: default for key, default in takes.items() if default is not Parameter.empty}
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    return {**left_out, **given}


def half_of(
    kind: str, registry: Mapping[str, str], settings: Any, known: Container[str]
) -> tuple[type[nn.Module], dict[str, Any]]:
    """The class of a reducer or projector, and its settings, without those that are known anyway.

    Raises:
        InputError: it has no name, or a name or a setting is not known.

    >>> half_of("projector", PROJECTORS, {"name": "mlp", "layer": 2}, ("width_in", "width_out"))
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no setting of the projector 'mlp' 'layer'; ...; did you mean 'layers'?
    """
    if not isinstance(settings, Mapping) or NAME not in settings:
        raise InputError(f"A {kind} needs a name: {', '.join(registry)}.")
    given: Mapping[str, Any] = settings
    name = str(given[NAME])
    cls = registered(kind, name, registry)
    takes = [each for each in settings_of(cls) if each not in known]
    own = {key: value for key, value in given.items() if key != NAME}
    for key in own:
        if not takes:
            raise InputError(f"The {kind} '{name}' has no settings; leave out '{key}'.")
        if key not in takes:
            raise unknown(f"setting of the {kind} '{name}'", str(key), takes)
    return cls, own


def settings_of(cls: type) -> dict[str, Any]:
    """What a reducer or projector takes by name, with the defaults.

    >>> from angiogram.model.build.connectors.resampler import PerceiverResampler
    >>> settings_of(PerceiverResampler)["latents"]
    64
    """
    takes = signature(cls).parameters.values()
    return {each.name: each.default for each in takes if each.kind is Parameter.POSITIONAL_OR_KEYWORD}


def _made(kind: str, registry: Mapping[str, str], settings: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """The part of this name, with its settings and what is known anyway."""
    cls, own = half_of(kind, registry, settings, given)
    return cls(**{key: value for key, value in given.items() if key in settings_of(cls)}, **own)
