"""From a model's files to its modules and weights, on the device and in the precision asked for."""

from typing import Any

import transformers
from transformers import AutoConfig

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.hub import hub_errors_said
from angiogram.model.checkpoint import (
    check_kind,
    check_loaded,
    check_weights,
    own_class,
    read_settings,
    without_own_code,
)
from angiogram.model.hub import weights_from_hub
from angiogram.model.loading import Loading
from angiogram.model.located import Located
from angiogram.model.original_llava import is_original_llava, load_original_llava
from angiogram.model.packages import needs_package
from angiogram.model.precision import device_named, dtype_named
from angiogram.model.quantised import check_quantised
from angiogram.model.quiet import quiet
from angiogram.model.settings_files import check_tables
from angiogram.model.unreadable import UNREADABLE, reason


def checked_settings(located: Located, loading: Loading, placed: dict[str, Any]) -> dict[str, Any]:
    """The content of config.json, of a model that can be read here as far as that file says.

    Args:
        located: its files; the weights need not be there.
        loading: says whether its own code is trusted.
        placed: what `placement` gave.

    Raises:
        InputError: the file is missing or damaged, or the model does not answer about images, needs code that is not
            trusted, or is quantised in a way that this machine cannot compute in.
    """
    settings = read_settings(located.name, located.folder)
    check_tables(located.folder, ("generation_config.json",))
    if not is_original_llava(settings):
        check_kind(located.name, settings, trust_remote_code=loading.trust_remote_code)
        check_quantised(located.name, settings, placed)
        if own_class(settings) is None:
            _check_configuration(located)
    return settings


def _check_configuration(located: Located) -> None:
    """Refuse values of config.json that transformers cannot use, before any weight is fetched."""
    try:
        with quiet():
            AutoConfig.from_pretrained(located.folder, trust_remote_code=False)
    except UNREADABLE as error:
        raise InputError(f"The config.json of '{located.name}' cannot be used: {reason(error)}.") from error


def read_model(
    located: Located, settings: dict[str, Any], loading: Loading, placed: dict[str, Any], progress: Progress
) -> tuple[Any, Any]:
    """The model, and its processor where that is made together with it, else None.

    Args:
        located: its files; of a hub id the weights are fetched.
        settings: what `checked_settings` gave.
        loading: says whether its own code is trusted.
        placed: what `placement` gave.
        progress: receives plain lines.

    Raises:
        InputError: a weight is missing, damaged or of another shape, or the model cannot be built.
    """
    name, folder = located.name, located.folder
    if is_original_llava(settings):
        return _original(located, placed)
    if located.hub:
        weights_from_hub(located.hub, folder, progress)
    check_weights(name, folder)
    auto = getattr(transformers, own_class(settings) or "AutoModelForImageTextToText")
    try:
        with quiet():
            model, report = auto.from_pretrained(
                folder,
                use_safetensors=True,
                trust_remote_code=loading.trust_remote_code,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # refused below
                **placed,
            )
    except UNREADABLE as error:
        if (missing := needs_package(f"The model '{name}'", error)) is not None:
            raise missing from error
        why = reason(error)
        if own_class(settings):
            why = f"its own code stopped with transformers {transformers.__version__}: {why}"
        raise InputError(f"The model '{name}' cannot be loaded: {why}.{without_own_code(settings)}") from error
    check_loaded(name, report, model.state_dict())
    return model, None


def _original(located: Located, placed: dict[str, Any]) -> tuple[Any, Any]:
    """A checkpoint of the original LLaVA code."""
    if located.hub is None:
        return load_original_llava(str(located.folder), **placed)
    if located.hub != located.name:
        raise InputError(
            f"'{located.hub}' is an original LLaVA, of which only the newest revision is loaded by its id."
        )
    with hub_errors_said(located.hub):
        return load_original_llava(located.hub, **placed)


def placement(loading: Loading, progress: Progress) -> dict[str, Any]:
    """Where the weights go and as what, in `from_pretrained`'s words."""
    device = device_named(loading.device)
    placed: dict[str, Any] = {"dtype": dtype_named(loading.precision, device, progress), "device_map": {"": device}}
    if loading.spread:
        placed["device_map"] = "auto"
    if loading.placement is not None:
        placed |= {"device_map": dict(loading.placement), "offload_folder": loading.offload}
    return placed
