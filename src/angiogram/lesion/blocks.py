"""What is found in a transformer block of any family: attention, its output projection, the MLP, the norms."""

from collections.abc import Sequence

from torch import nn

from angiogram.errors import InputError
from angiogram.model.load import LoadedModel

QUERIES, FUSED = "q_proj", "qkv"
_OUTPUTS = ("o_proj", "out_proj", "projection_layer", "proj")
_WIDENING = ("fc1", "up_proj", "linear_fc1", "weights_in")


def attention_of(block: nn.Module) -> nn.Module:
    """The module that holds the queries' projection.

    Raises:
        InputError: there is none.
    """
    return _holding(block, (QUERIES, FUSED), "attention")


def projection_of(block: nn.Module, name: str) -> nn.Module:
    """One of the linear layers before the heads of a block's attention, such as `v_proj`.

    Raises:
        InputError: there is none of this name.
    """
    attention = attention_of(block)
    if name not in dict(attention.named_children()):
        raise InputError(f"{type(attention).__name__} has no {name} of its own.")
    return attention.get_submodule(name)


def output_projection(block: nn.Module) -> nn.Module:
    """The linear layer behind the heads of a block's attention.

    Raises:
        InputError: there is none.
    """
    attention = attention_of(block)
    found = next((child for name, child in attention.named_children() if name in _OUTPUTS), None)
    if found is None:
        raise InputError(f"{type(attention).__name__} names no output projection ({', '.join(_OUTPUTS)}).")
    return found


def mlp_of(block: nn.Module) -> nn.Module:
    """The feed-forward part of a block.

    Raises:
        InputError: there is none.
    """
    return _holding(block, _WIDENING, "MLP")


def norms_of(block: nn.Module) -> tuple[nn.Module, ...]:
    """The norms of a block on its residual path; those of queries and keys are not among them."""
    return tuple(child for child in block.children() if "norm" in type(child).__name__.lower())


def encoder_blocks(loaded: LoadedModel, share: tuple[float, float] = (0.0, 1.0)) -> tuple[nn.Module, ...]:
    """The encoder's blocks on the path from one share of the depth to another, one at least."""
    paths = loaded.anatomy.encoder_blocks[: loaded.anatomy.used_blocks]
    return tuple(loaded.model.get_submodule(path) for path in _between(paths, share))


def _between(paths: Sequence[str], share: tuple[float, float]) -> Sequence[str]:
    start = min(int(share[0] * len(paths)), len(paths) - 1)
    return paths[start : max(start + 1, round(share[1] * len(paths)))]


def _holding(block: nn.Module, names: Sequence[str], what: str) -> nn.Module:
    for module in block.modules():
        if any(name in names for name, _ in module.named_children()):
            return module
    raise InputError(f"{type(block).__name__} has no {what} with {' or '.join(names)} in it.")
