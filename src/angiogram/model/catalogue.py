"""The published models that the diagnosis was first done on, and the shapes of those that transformers can build."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from transformers import AutoConfig, CLIPVisionConfig, PreTrainedConfig

from angiogram.errors import InputError, unknown
from angiogram.model.original_llava import is_original_llava, llava_config

TOWER = "clip-vit-large-patch14-336"  # what every original LLaVA in the catalogue reads


@dataclass(frozen=True)
class Published:
    """One model of Zhu et al., arXiv 2604.08333, section 4, or one of their two bases.

    Attributes:
        name: as the paper writes it.
        hub: its id on the Hugging Face hub.
        family: transformers' `model_type`, "llava (original layout)", or "remote code".
        licence: the hub's licence tag.
        gated: the hub gives the weights only to accounts that accepted the terms.
        parameters: billions of them, each tied matrix once.
        config: name of the stored configuration; None where the model is remote code.
        source: where these facts were read.
        unverified: names of the fields that no source confirmed.
    """

    name: str
    hub: str
    family: str
    licence: str
    gated: bool
    parameters: float
    config: str | None
    source: str
    unverified: tuple[str, ...]

    def configuration(self) -> PreTrainedConfig:
        """The published shape as transformers' configuration.

        Raises:
            InputError: the model is remote code, so its shape is not transformers' to build.
        """
        if self.config is None:
            raise InputError(f"'{self.name}' comes with its own code: transformers has no configuration for it.")
        values = _stored(self.config)
        if is_original_llava(values):
            return llava_config(values, CLIPVisionConfig(**_stored(TOWER)))
        return AutoConfig.for_model(**values)


@cache
def catalogue() -> tuple[Published, ...]:
    """All 16: the paper's 14 models, then the two bases."""
    rows: list[dict[str, Any]] = yaml.safe_load((_room() / "published.yaml").read_text(encoding="utf-8"))
    for row in rows:
        row["unverified"] = tuple(row["unverified"])
    return tuple(Published(**row) for row in rows)


def published(name: str) -> Published:
    """The entry with this name or hub id, in any case.

    Raises:
        InputError: there is none; the message names the nearest.

    >>> published("medvlm-r1-2b").hub
    'JZPeterPan/MedVLM-R1'
    """
    for entry in catalogue():
        if name.lower() in (entry.name.lower(), entry.hub.lower()):
            return entry
    raise unknown("published model", name, (entry.name for entry in catalogue()))


def without_owner(name: str) -> Published | None:
    """The entry that the paper or the hub calls so, in any case; None where there is none, or an owner is given.

    >>> without_owner("medvlm-r1").hub
    'JZPeterPan/MedVLM-R1'
    """
    called = name.lower()
    return next((e for e in catalogue() if called in (e.name.lower(), e.hub.lower().partition("/")[2])), None)


def _stored(config: str) -> dict[str, Any]:
    return json.loads((_room() / "configurations" / f"{config}.json").read_text(encoding="utf-8"))


def _room() -> Any:  # a Traversable: the package may lie in a zip file
    return files("angiogram.model") / "published"
