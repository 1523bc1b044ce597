"""The vision model of a configuration, also of those that transformers' AutoModel does not know."""

from importlib import import_module
from typing import Any

from transformers import MODEL_MAPPING, AutoModel, PreTrainedConfig, PreTrainedModel

from angiogram.errors import InputError


def fresh_tower(config: PreTrainedConfig) -> Any:
    """A vision model with fresh weights.

    Several models of images and texts (BLIP, BLIP-2, InstructBLIP, AltCLIP, Kosmos-2, Idefics 2) have a vision model
    for which AutoModel has no entry. Its class stands beside that of its configuration, and AutoModel is told of it.

    Args:
        config: of the vision model.

    Raises:
        InputError: transformers has no model for it.

    >>> from transformers import Blip2VisionConfig
    >>> sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    >>> type(fresh_tower(Blip2VisionConfig(**sizes, image_size=28, patch_size=14))).__name__
    'Blip2VisionModel'
    """
    if type(config) not in MODEL_MAPPING:
        AutoModel.register(type(config), _beside(config), exist_ok=True)
    return AutoModel.from_config(config)


def _beside(config: PreTrainedConfig) -> Any:
    """The class in the module beside the configuration's: that of the same name, or else the only one it is for."""
    kind, refused = type(config), f"transformers has no vision model for configurations of kind '{config.model_type}'."
    try:
        module = import_module(kind.__module__.replace(".configuration_", ".modeling_"))
    except ImportError as error:
        raise InputError(refused) from error
    models = {
        name: each
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, PreTrainedModel) and each.config_class is kind
    }
    named = f"{kind.__name__.removesuffix('Config')}Model"
    if named not in models and len(models) != 1:
        raise InputError(refused)
    return models[named] if named in models else next(iter(models.values()))
