"""A model of real size without its weights: every module and shape is there, no memory is taken."""

from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, PreTrainedConfig

import angiogram.model.build  # noqa: F401 # pyright: ignore[reportUnusedImport] - registers our models
from angiogram.errors import InputError
from angiogram.model.catalogue import Published
from angiogram.model.original_llava import is_original_llava, original_llava_config


def meta_model(config: PreTrainedConfig | Published | str) -> Any:
    """Build the model on the `meta` device, in evaluation mode and in the configuration's dtype.

    Args:
        config: a configuration, an entry of the catalogue, or a folder or hub id whose configuration is read.

    Raises:
        InputError: there is no such configuration, it is remote code, or it is of no image-text model.
    """
    if isinstance(config, Published):
        config = config.configuration()
    if isinstance(config, str):
        config = _configuration(config)
    try:
        with torch.device("meta"):
            return AutoModelForImageTextToText.from_config(config, trust_remote_code=False).eval()
    except ValueError as error:  # the list of all classes follows the first sentence
        raise InputError(f"'{config.model_type}' is no image-text model that transformers can build.") from error


def _configuration(source: str) -> PreTrainedConfig:
    try:
        values, _ = PreTrainedConfig.get_config_dict(source)
        if is_original_llava(values):
            return original_llava_config(source)
        return AutoConfig.from_pretrained(source, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise InputError(f"The configuration of '{source}' cannot be read: {str(error).splitlines()[0]}") from error
