"""An output head whose rows can change: a linear layer that shares no weight with the input embeddings."""

import torch
from torch import nn

from angiogram.errors import InputError
from angiogram.model.load import LoadedModel


def head_of(loaded: LoadedModel) -> nn.Linear:
    """The output head.

    Raises:
        InputError: the model has no linear one, or its weights are quantised.
    """
    head = loaded.model.get_output_embeddings()
    if type(head) is not nn.Linear or getattr(loaded.model, "hf_quantizer", None) is not None:
        raise InputError(
            f"'{loaded.name}' has no output head whose rows could be fitted, or it is quantised; choose --repair "
            "llm-lora."
        )
    return head


def own_head(loaded: LoadedModel) -> nn.Linear:
    """The output head with weights of its own, as configuration and files then say.

    A head that shares its weights with the input embeddings would change what the model reads with what it says.
    """
    head, model = head_of(loaded), loaded.model
    if head.weight is model.get_input_embeddings().weight:
        head.weight = nn.Parameter(head.weight.detach().clone(), head.weight.requires_grad)
    with torch.no_grad():
        for config in {id(each): each for each in (model.config, model.config.get_text_config(decoder=True))}.values():
            config.tie_word_embeddings = False
    model.all_tied_weights_keys = model.get_expanded_tied_weights_keys(all_submodels=True)
    return head
