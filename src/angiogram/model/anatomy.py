"""Which module of a loaded model is what."""

from dataclasses import dataclass
from typing import Any, TypeVar

from torch import nn

from angiogram.errors import InputError
from angiogram.model.families import Family, family_of
from angiogram.model.families.family import Path

LAYER_FIELDS = ("vision_feature_layer", "vision_layer")  # LLaVA's name and ours for which state the connector reads

_Candidate = TypeVar("_Candidate", str, tuple[str, ...])


class MissingPartError(InputError):
    """The model is not built as its family file says."""


@dataclass(frozen=True)
class Anatomy:
    """Module paths of one loaded model, for `model.get_submodule`.

    Attributes:
        family: the family's name.
        encoder: the vision encoder; `encoder_blocks` are its blocks in order.
        used_blocks: so many of the encoder's blocks feed the connector; those behind them are off the path.
        connector: its input is the encoder's end, its output the image tokens.
        received: where the connector is several modules in a row, the one whose input is the encoder's end; else empty.
        deepstack: further connectors, whose outputs are added between the first LLM blocks.
        llm: the language model without its head; `llm_blocks` are its blocks in order, `llm_norm` its final norm.
        layout: how a batch's tokens belong to its images, a name in `LAYOUTS`.
        carried: inputs `[B, L, ...]` that go on with every further token of an answer, repeating their last entry.
        image_tokens: whether image tokens stand in the LLM's prompt.
    """

    family: str
    encoder: str
    encoder_blocks: tuple[str, ...]
    used_blocks: int
    connector: str
    deepstack: tuple[str, ...]
    llm: str
    llm_blocks: tuple[str, ...]
    llm_norm: str
    layout: str
    carried: tuple[str, ...] = ()
    image_tokens: bool = True
    received: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Encoder, connector and every block of the LLM: what gradients are compared on."""
        return self.encoder, self.connector, *self.llm_blocks


def anatomy_of(model: Any) -> Anatomy:
    """Resolve the candidate paths of the model's family against the loaded model.

    Raises:
        MissingPartError: none of the family's candidates for a part is there.
        InputError: the family is unknown, or the connector is said to read a block that the encoder does not have.
    """
    family = family_of(model.config.model_type)
    encoder_blocks = _blocks(model, family, "encoder_blocks")
    return Anatomy(
        family=family.name,
        encoder=_module(model, family, "encoder"),
        encoder_blocks=encoder_blocks,
        used_blocks=_used(model.config, len(encoder_blocks)),
        connector=_module(model, family, "connector"),
        deepstack=_blocks(model, family, "deepstack") if family.deepstack else (),
        llm=_module(model, family, "llm"),
        llm_blocks=_blocks(model, family, "llm_blocks"),
        llm_norm=_module(model, family, "llm_norm"),
        layout=family.layout,
        carried=family.carried,
        image_tokens=family.image_tokens,
    )


def _used(config: Any, blocks: int) -> int:
    """Encoder blocks up to the deepest one whose output the connector reads."""
    field = next((name for name in LAYER_FIELDS if getattr(config, name, None) is not None), None)
    if field is None:
        return blocks
    layers = getattr(config, field)
    listed: list[int] = [layers] if isinstance(layers, int) else list(layers)
    # Hidden state 0 stands before the first block, -1 behind the last.
    states = [layer if layer >= 0 else blocks + 1 + layer for layer in listed]
    if not states or min(states) < 0 or max(states) > blocks:
        raise InputError(
            f"The model's config.json says '{field}' {layers}, but its encoder has {blocks} blocks; "
            f"it must be from {-blocks - 1} to {blocks}."
        )
    return max(states)


def _module(model: nn.Module, family: Family, part: str) -> str:
    return _first(model, family, part, getattr(family, part))


def _blocks(model: nn.Module, family: Family, part: str) -> tuple[str, ...]:
    candidates: tuple[Path, ...] = getattr(family, part)
    lists = _first(model, family, part, tuple((c,) if isinstance(c, str) else c for c in candidates))
    return tuple(f"{path}.{name}" for path in lists for name, _ in model.get_submodule(path).named_children())


def _first(model: nn.Module, family: Family, part: str, candidates: tuple[_Candidate, ...]) -> _Candidate:
    """The first candidate all of whose paths are there."""
    for candidate in candidates:
        paths = (candidate,) if isinstance(candidate, str) else candidate
        if all(_has(model, path) for path in paths):
            return candidate
    tried = ", ".join(candidate if isinstance(candidate, str) else " + ".join(candidate) for candidate in candidates)
    raise MissingPartError(
        f"The model has no {part.replace('_', ' ')} where family '{family.name}' keeps it ({tried})."
    )


def _has(model: nn.Module, path: str) -> bool:
    try:
        model.get_submodule(path)
    except AttributeError:
        return False
    return True
