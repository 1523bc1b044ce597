"""Models assembled from parts; importing this room makes them known to transformers' Auto classes."""

from transformers import AutoConfig, AutoModel, AutoModelForImageTextToText, AutoProcessor

from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.modeling import AngiogramForConditionalGeneration, AngiogramModel
from angiogram.model.build.processing import AngiogramProcessor
from angiogram.model.build.volume_vit import VolumeVit, VolumeVitConfig

AutoConfig.register("volume_vit", VolumeVitConfig, exist_ok=True)
AutoModel.register(VolumeVitConfig, VolumeVit, exist_ok=True)
AutoConfig.register("angiogram", AngiogramConfig, exist_ok=True)
AutoModel.register(AngiogramConfig, AngiogramModel, exist_ok=True)
AutoModelForImageTextToText.register(AngiogramConfig, AngiogramForConditionalGeneration, exist_ok=True)
AutoProcessor.register(AngiogramConfig, AngiogramProcessor, exist_ok=True)

__all__ = [
    "AngiogramConfig",
    "AngiogramForConditionalGeneration",
    "AngiogramModel",
    "AngiogramProcessor",
    "VolumeVit",
    "VolumeVitConfig",
]
