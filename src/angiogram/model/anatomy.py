"""Which module of a loaded model is what."""

from dataclasses import dataclass

from torch import nn

from angiogram.errors import InputError
from angiogram.model.families import Family, family_of


@dataclass(frozen=True)
class Anatomy:
    """Module paths of one loaded model, for `model.get_submodule`.

    Attributes:
        encoder: the vision encoder; `encoder_blocks` are its blocks in order.
        connector: its input is the encoder's end, its output the image tokens.
        llm: the language model without its head; `llm_blocks` are its blocks in order, `llm_norm` its final norm.
        class_tokens: leading tokens of an encoder block's output that are not patches.
    """

    family: str
    encoder: str
    encoder_blocks: tuple[str, ...]
    connector: str
    llm: str
    llm_blocks: tuple[str, ...]
    llm_norm: str
    class_tokens: int


def anatomy_of(model: nn.Module, model_type: str) -> Anatomy:
    """Resolve the family's candidate paths against the loaded model.

    Raises:
        InputError: the family is unknown, or none of its candidates for a part is there.
    """
    family = family_of(model_type)
    encoder_blocks = _first(model, family, "encoder_blocks")
    llm_blocks = _first(model, family, "llm_blocks")
    return Anatomy(
        family=family.name,
        encoder=_first(model, family, "encoder"),
        encoder_blocks=_numbered(model, encoder_blocks),
        connector=_first(model, family, "connector"),
        llm=_first(model, family, "llm"),
        llm_blocks=_numbered(model, llm_blocks),
        llm_norm=_first(model, family, "llm_norm"),
        class_tokens=family.class_tokens,
    )


def _first(model: nn.Module, family: Family, part: str) -> str:
    candidates: tuple[str, ...] = getattr(family, part)
    for path in candidates:
        try:
            model.get_submodule(path)
        except AttributeError:
            continue
        return path
    raise InputError(
        f"The model has no {part.replace('_', ' ')} where family '{family.name}' keeps it ({', '.join(candidates)})."
    )


def _numbered(model: nn.Module, path: str) -> tuple[str, ...]:
    return tuple(f"{path}.{name}" for name, _ in model.get_submodule(path).named_children())
