"""Where a fault must stand so that nothing of the encoder reaches the connector beside it."""

from dataclasses import dataclass
from typing import Any, Literal

from angiogram.model.load import LoadedModel
from angiogram.tap.taps import Stage


@dataclass(frozen=True)
class Site:
    """The first tensor that a module is given or returns.

    Attributes:
        path: of the module.
        side: which of the two.
        stage: which tokens it holds.
    """

    path: str
    side: Literal["input", "output"]
    stage: Stage


def handover(loaded: LoadedModel) -> tuple[Site, ...]:
    """Behind the encoder's last block on the path, and wherever else states leave the encoder.

    Where the connector reads the states of several blocks at once (Mllama, some LLaVA), it is its input instead; that
    of further connectors, which read earlier blocks (Qwen3-VL), comes on top.
    """
    anatomy = loaded.anatomy
    end = Site(anatomy.encoder_blocks[anatomy.used_blocks - 1], "output", "encoder")
    if _reads_several(loaded.model.config):
        end = Site(anatomy.received or anatomy.connector, "input", "received")
    return (end, *(Site(side, "input", "received") for side in anatomy.deepstack))


def _reads_several(config: Any) -> bool:
    """Whether the connector's input holds the states of more than one block."""
    layers: Any = getattr(config, "vision_feature_layer", None)
    listed = layers is not None and not isinstance(layers, int) and len(layers) > 1
    return listed or bool(getattr(getattr(config, "vision_config", None), "intermediate_layers_indices", None))
