"""What `config.json` of a run folder tells a comparison."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from angiogram.errors import InputError

CONFIG = "config.json"
PROMPTS = "prompts (digest)"
_DIGESTS = {"preprocessing": "preprocessing (digest)", "prompt": PROMPTS, "cases": "all cases (digest)"}


@dataclass(frozen=True)
class Config:
    """Settings of a run.

    Attributes:
        choices: every setting, and the digests of what the features were made from, as text.
        fingerprint: of the features.
        seed, resamples: of its bootstrap; None where the file does not say.
    """

    choices: Mapping[str, str]
    fingerprint: Mapping[str, str]
    seed: int | None
    resamples: int | None


def read_config(folder: Path) -> Config:
    """Read `config.json`.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = folder / CONFIG
    try:
        content = cast(Mapping[str, Any], json.loads(path.read_text("utf-8")))
        settings, digests = dict(content["settings"]), dict(content["fingerprint"])
    except FileNotFoundError as error:
        raise InputError(f"There is no '{path}'.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"'{path}' is damaged: {error}.") from error
    choices = {name: "" if value is None else str(value) for name, value in settings.items()}
    choices |= {title: str(digests[name])[:12] for name, title in _DIGESTS.items() if name in digests}
    made = {name: str(digest) for name, digest in digests.items()}
    return Config(choices, made, _count(settings, "seed", 0, path), _count(settings, "resamples", 1, path))


def _count(settings: Mapping[str, Any], name: str, least: int, path: Path) -> int | None:
    value = settings.get(name)
    if value is not None and (not isinstance(value, int) or value < least):
        raise InputError(f"'{path}' is damaged: the setting '{name}' is {value!r}.")
    return value
