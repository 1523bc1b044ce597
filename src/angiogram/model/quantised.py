"""Whether a quantised checkpoint can run here, asked before its weights are fetched or read."""

import warnings
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from transformers.quantizers.auto import AUTO_QUANTIZER_MAPPING, AutoHfQuantizer

from angiogram.errors import InputError, unknown
from angiogram.model.unreadable import UNREADABLE, reason

BITS_AND_BYTES = "bitsandbytes"


def quantisation(settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a config.json says of how the weights are quantised; None where they are not.

    >>> quantisation({"model_type": "llava", "text_config": {"quantization_config": {"quant_method": "awq"}}})
    {'quant_method': 'awq'}
    """
    text = settings.get("text_config")
    inner = text.get("quantization_config") if isinstance(text, Mapping) else None
    return settings.get("quantization_config") or inner or None


def check_quantised(name: str, settings: Mapping[str, Any], placed: Mapping[str, Any]) -> None:
    """Refuse a quantised model whose arithmetic this machine does not have, by transformers' own test.

    Args:
        name: as the user gave it.
        settings: the content of its config.json.
        placed: device and precision, as `from_pretrained` takes them.

    Raises:
        InputError: names the kind of quantisation and what is missing.
    """
    given: Any = quantisation(settings)
    if given is None:
        return
    if not isinstance(given, Mapping):
        raise InputError(
            f"The config.json of '{name}' says text_config.quantization_config: {given!r}, which is not a table."
        )
    kind = kind_of(given)
    if kind == BITS_AND_BYTES:
        raise InputError(
            f"The model '{name}' is quantised ({kind}), but its config.json says neither load_in_4bit nor "
            "load_in_8bit, so transformers cannot read it; name the one that fits its weights, or give the model "
            "as it was before quantisation."
        )
    if kind is None:
        raise InputError(
            f"The model '{name}' is quantised, but its config.json names no quant_method, so transformers cannot read "
            "it; give the model as it was before quantisation."
        )
    if kind not in AUTO_QUANTIZER_MAPPING:
        raise unknown("quantisation that transformers reads", kind, AUTO_QUANTIZER_MAPPING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            quantizer = AutoHfQuantizer.from_config(dict(given), pre_quantized=True)
            quantizer.validate_environment(device_map=placed["device_map"], weights_only=True)
    except UNREADABLE as error:
        raise InputError(
            f"The model '{name}' is quantised ({kind}), and cannot run here: {reason(error)}; or give the model as it "
            "was before quantisation."
        ) from error


def kind_of(given: Mapping[str, Any]) -> str | None:
    """The kind of quantisation as transformers calls it; None where the settings name none.

    >>> kind_of({"load_in_4bit": True}), kind_of({"quant_method": "gptq", "bits": 4}), kind_of({"bits": 4})
    ('bitsandbytes_4bit', 'gptq', None)
    """
    named = given.get("quant_method")
    if given.get("load_in_4bit") or given.get("load_in_8bit"):
        return f"{BITS_AND_BYTES}_{4 if given.get('load_in_4bit') else 8}bit"
    return None if named is None else str(named)


def quantised_said(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence about how a model's weights are quantised; none where they are not."""
    given = quantisation(settings)
    return (
        () if given is None else (f"Its weights are quantised ({kind_of(given)}); those of its random twin are not.",)
    )


def unpacked_said(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence about a base that was quantised before an adapter was merged into it; none where it was not."""
    given = quantisation(settings)
    return () if given is None else (f"The base's weights were quantised ({kind_of(given)}) and unpacked for that.",)


def without_quantisation(config: Any) -> Any:
    """A copy of a transformers configuration, of the same model in plain weights."""
    plain = deepcopy(config)
    for part in (plain, plain.get_text_config()):
        if hasattr(part, "quantization_config"):
            del part.quantization_config
    return plain
