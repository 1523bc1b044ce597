"""A model of real size without its weights: every module and shape is there, no memory is taken."""

from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, PreTrainedConfig

import angiogram.model.build  # noqa: F401 # pyright: ignore[reportUnusedImport] - registers our models
from angiogram.errors import InputError
from angiogram.hub import split_id
from angiogram.model.adapters import is_adapter, read_adapter
from angiogram.model.catalogue import Published, catalogue, published
from angiogram.model.checkpoint import read_settings
from angiogram.model.hub import settings_from_hub
from angiogram.model.loading import Loading
from angiogram.model.located import EMBEDDED, SHIPPED, local_folder
from angiogram.model.original_llava import is_original_llava, original_llava_config
from angiogram.model.tuned_from import adapter_base
from angiogram.model.unreadable import UNREADABLE, reason


def meta_model(config: PreTrainedConfig | Published | str, base: str | None = None) -> Any:
    """Build the model on the `meta` device, in evaluation mode and in the configuration's dtype.

    Args:
        config: a configuration, an entry of the catalogue or its name, or a folder or hub id to read it from.
        base: of an adapter, in place of the one that it names; an adapter has the shape of its base.

    Raises:
        InputError: there is no such configuration, it is remote code, or it is of no image-text model.
    """
    if isinstance(config, Published):
        config = config.configuration()
    if isinstance(config, str):
        config = _configuration(config, base)
    try:
        with torch.device("meta"):
            return AutoModelForImageTextToText.from_config(config, trust_remote_code=False).eval()
    except ValueError as error:  # the list of all classes follows the first sentence
        raise InputError(f"'{config.model_type}' is no image-text model that transformers can build.") from error


def _configuration(source: str, base: str | None) -> PreTrainedConfig:
    if source in (EMBEDDED, *SHIPPED):
        raise InputError(
            f"'{source}' has no configuration to read, for the embedded model is built from packages; leave --meta out."
        )
    folder = local_folder(source)
    if not folder.is_dir():
        if source.startswith((".", "/", "~")):
            raise InputError(f"There is no folder '{source}'.")
        if source.count("/") != 1 or any(source.lower() == entry.hub.lower() for entry in catalogue()):
            return published(source).configuration()
        folder = settings_from_hub(*split_id(source), code=False)
    if is_adapter(folder):
        return _configuration(adapter_base(read_adapter(source, folder), Loading(base=base)).located.name, None)
    values = read_settings(source, folder)
    try:
        if is_original_llava(values):
            return original_llava_config(str(folder))
        return AutoConfig.from_pretrained(folder, trust_remote_code=False)
    except UNREADABLE as error:
        raise InputError(f"The configuration of '{source}' cannot be read: {reason(error)}.") from error
