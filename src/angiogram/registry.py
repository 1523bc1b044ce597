"""Names that stand for code, which is imported when it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from angiogram.errors import unknown


def registered(kind: str, name: str, registry: Mapping[str, str]) -> Any:
    """What `name` stands for in a registry of "module:attribute".

    Raises:
        InputError: the name is not registered; the message names the nearest one.

    >>> registered("number", "half", {"half": "fractions:Fraction"})(1, 2)
    Fraction(1, 2)
    """
    if name not in registry:
        raise unknown(kind, name, registry)
    module, attribute = registry[name].split(":")
    return getattr(import_module(module), attribute)
