"""The head: where the logits come from."""

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
