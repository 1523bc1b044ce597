"""Adapters in PEFT's layout: what their folder says, and their weights merged into those of their base."""

from angiogram.model.adapters.merge import merge_adapter
from angiogram.model.adapters.settings import (
    ADAPTER_SETTINGS,
    ADAPTER_WEIGHTS,
    Adapter,
    check_adapter_weights,
    is_adapter,
    read_adapter,
)

__all__ = [
    "ADAPTER_SETTINGS",
    "ADAPTER_WEIGHTS",
    "Adapter",
    "check_adapter_weights",
    "is_adapter",
    "merge_adapter",
    "read_adapter",
]
