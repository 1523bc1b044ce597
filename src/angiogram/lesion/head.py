"""The head: where the logits come from, and what ends an answer."""

from torch import nn

from angiogram.errors import InputError
from angiogram.model.load import LoadedModel


def head_of(loaded: LoadedModel) -> nn.Module:
    """The output head; what it says is changed, not its weights, which may be those of the input embedding.

    Raises:
        InputError: the model names none.
    """
    head: nn.Module | None = loaded.model.get_output_embeddings()
    if head is None:
        raise InputError(f"'{loaded.name}' does not say which module its output head is.")
    return head


def ends_of(loaded: LoadedModel) -> list[int]:
    """The tokens that end an answer.

    Raises:
        InputError: the model names none.
    """
    ends: int | list[int] | None = loaded.model.generation_config.eos_token_id
    ends = [ends] if isinstance(ends, int) else ends
    if not ends:
        raise InputError(f"'{loaded.name}' names no token that ends an answer.")
    return ends
