"""The tiny checkpoint of any model type: by its own writer where there is one, else from its defaults."""

from pathlib import Path

from transformers.models.auto.image_processing_auto import IMAGE_PROCESSOR_MAPPING_NAMES

from tests.model.discover.unknown import UNKNOWN
from tests.model.every.checkpoint import NotBuiltError, Own, write_every
from tests.model.every.own import NOT_BUILT, OWN, TIMM
from tests.model.tiny import TINY


def write_type(model_type: str, folder: Path) -> None:
    """Write it.

    Raises:
        NotBuiltError: no checkpoint of this type can be made here; says why.
    """
    if model_type in NOT_BUILT:
        raise NotBuiltError(NOT_BUILT[model_type])
    writer = {**TINY, **UNKNOWN}.get(model_type)
    if writer is not None:
        writer(folder)
    else:
        write_every(model_type, OWN.get(model_type, Own()), folder)


def starred(model_type: str) -> bool:
    """Whether it needs torchvision or timm."""
    backends = IMAGE_PROCESSOR_MAPPING_NAMES.get(model_type)
    named = OWN.get(model_type, Own()).image_processor
    return model_type in TIMM or (not named and isinstance(backends, dict) and "pil" not in backends)
