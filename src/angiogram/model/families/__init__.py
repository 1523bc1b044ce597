"""Where each model family keeps its parts: one small file of data a family, imported when it is asked for."""

from importlib import import_module

from angiogram.errors import unknown
from angiogram.model.families.family import Family

# transformers' model_type -> "module:attribute"
REGISTRY = {"angiogram": "angiogram.model.families.assembled:FAMILY"}


def family_of(model_type: str) -> Family:
    """The family of a transformers `model_type`.

    Raises:
        InputError: the type is not registered; the message names the nearest one.
    """
    if model_type not in REGISTRY:
        raise unknown("model family", model_type, REGISTRY)
    module, attribute = REGISTRY[model_type].split(":")
    return getattr(import_module(module), attribute)


__all__ = ["REGISTRY", "Family", "family_of"]
