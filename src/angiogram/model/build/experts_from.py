"""A mixture of experts that starts from connectors that were trained before."""

from collections.abc import Sequence
from typing import Any

from angiogram.errors import InputError
from angiogram.model.build.connectors.experts import Experts
from angiogram.model.build.connectors.mlp import Mlp
from angiogram.model.build.modeling import AngiogramForConditionalGeneration


def start_experts(model: Any, folders: Sequence[str]) -> None:
    """Give the experts of a model from parts the MLPs of others.

    Args:
        model: whose connector is a mixture of experts.
        folders: models from parts whose connector is an MLP of the same sizes. Of one, every expert becomes a copy, so
            that the mixture says what the MLP says; of several, expert k becomes that of the k-th, trained on task k.

    Raises:
        InputError: a connector is of another kind or size, or there are more folders than experts.
    """
    project = model.model.connector.project
    if not isinstance(project, Experts):
        raise InputError("Only a connector of experts starts from trained connectors; this one has none.")
    trained: list[Mlp] = []
    for folder in folders:
        own: Any = AngiogramForConditionalGeneration.from_pretrained(folder).model.connector
        if not isinstance(own.project, Mlp):
            raise InputError(f"The connector of '{folder}' is no MLP, which an expert could start as.")
        trained.append(own.project)
        if type(own.reduce) is type(model.model.connector.reduce):
            model.model.connector.reduce.load_state_dict(own.reduce.state_dict())
    try:
        if len(trained) == 1:
            project.start_as_copies(trained[0])
        else:
            project.start_by_task(trained)
    except RuntimeError as error:
        raise InputError(f"The MLP of '{folders[0]}' does not have an expert's sizes.") from error
