"""The sizes of a fresh encoder, as a recipe or a folder gives them."""

from collections.abc import Mapping
from inspect import Parameter, signature
from typing import Any

from transformers.activations import ACT2FN

from angiogram.errors import InputError, unknown
from angiogram.model.build.volume_vit import VolumeVitConfig
from angiogram.ranges import number, number_above_0, whole_number

_SIZES = (
    "slices", "image_size", "patch_slices", "patch_size", "hidden_size", "num_hidden_layers", "num_attention_heads",
    "intermediate_size", "num_channels",
)  # fmt: skip


def fresh_vit(sizes: Mapping[str, Any]) -> VolumeVitConfig:
    """The configuration of a `VolumeVit` of these sizes; nothing that it does not know is passed over.

    Raises:
        InputError: a key is not known, or a value is out of its range or does not fit the others.

    >>> fresh_vit({"slices": 8, "hidden_sise": 64})
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no key of a fresh encoder 'hidden_sise'; ...; did you mean 'hidden_size'?
    """
    takes = signature(VolumeVitConfig.__init__).parameters.values()
    plain = {each.name: each.default for each in takes if each.default is not Parameter.empty}
    for key in sizes:
        if key not in plain:
            raise unknown("key of a fresh encoder", str(key), plain)
    whole = plain | dict(sizes)
    for name in _SIZES:
        whole_number(f"{name} of the fresh encoder", whole[name], 1)
    for name in ("layer_norm_eps", "initializer_range"):
        number_above_0(f"{name} of the fresh encoder", whole[name])
    number("attention_dropout of the fresh encoder", whole["attention_dropout"], 1.0)
    if whole["hidden_act"] not in ACT2FN:
        raise unknown("hidden_act of a fresh encoder", str(whole["hidden_act"]), ACT2FN)
    width, heads = whole["hidden_size"], whole["num_attention_heads"]
    if width % heads:
        raise InputError(f"The {heads} heads of the fresh encoder (num_attention_heads) must divide its width {width}.")
    return VolumeVitConfig(**sizes)
