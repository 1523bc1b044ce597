"""What the folder of an adapter says and holds, asked before any weight is read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from peft.mapping import PEFT_TYPE_TO_TUNER_MAPPING
from peft.utils import PeftType

from angiogram.errors import InputError, unknown
from angiogram.model.checkpoint import WEIGHTS, check_weights_file
from angiogram.model.weights_index import INDEX

ADAPTER_SETTINGS, ADAPTER_WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PICKLED = "adapter_model.bin"
PICKLED_BESIDE = "non_lora_trainables.bin"  # where LLaVA's own training code leaves the tuned connector


@dataclass(frozen=True)
class Adapter:
    """An adapter that can be merged.

    Attributes:
        name: as the user gave it.
        folder: holds its settings and weights.
        kind: as PEFT writes it, such as "LORA".
        base: the model that the settings name, with its revision where they name one; None where they name none.
    """

    name: str
    folder: Path
    kind: str
    base: str | None


def is_adapter(folder: Path) -> bool:
    """Whether the folder holds an adapter's settings."""
    return (folder / ADAPTER_SETTINGS).is_file()


def read_adapter(name: str, folder: Path) -> Adapter:
    """The adapter in `folder`, by its settings.

    Args:
        name: as the user gave it.
        folder: one for which `is_adapter` holds.

    Raises:
        InputError: the settings are damaged, the adapter is of a kind that changes no weights, a whole model lies
            beside it, or further tuned weights do, in a pickle.
    """
    try:
        settings: Any = json.loads((folder / ADAPTER_SETTINGS).read_text(encoding="utf-8"))
        kind = str(settings["peft_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The {ADAPTER_SETTINGS} of '{name}' is damaged: it names no peft_type.") from error
    if kind not in PeftType.__members__:
        raise unknown("kind of PEFT adapter", kind, PeftType.__members__)
    tuner = PEFT_TYPE_TO_TUNER_MAPPING.get(PeftType[kind])
    if not hasattr(tuner, "merge_and_unload"):
        raise InputError(
            f"The adapter '{name}' ({kind}) adds to the prompt or between the blocks, and cannot be merged into the "
            "weights of its base; adapters such as LoRA, DoRA and IA3 can."
        )
    if any((folder / file).is_file() for file in (WEIGHTS, INDEX)):
        raise InputError(
            f"'{name}' holds a whole model and an adapter, and which of them is meant is not said; move "
            f"{ADAPTER_SETTINGS} and {ADAPTER_WEIGHTS} into a folder of their own, and give that one with --base "
            "where the adapter is meant."
        )
    if (folder / PICKLED_BESIDE).is_file():
        raise InputError(
            f"The adapter '{name}' keeps further tuned weights in a pickle ({PICKLED_BESIDE}), which is not read; "
            "merge them with the code that trained it, and give the merged folder."
        )
    return Adapter(name, folder, kind, _base(cast(dict[str, Any], settings)))


def check_adapter_weights(adapter: Adapter) -> None:
    """See that the adapter's weights are there, are safetensors, and are whole.

    Raises:
        InputError: says which of these, and names the file.
    """
    if (adapter.folder / ADAPTER_WEIGHTS).is_file():
        check_weights_file(adapter.name, adapter.folder, ADAPTER_WEIGHTS)
    elif (adapter.folder / PICKLED).is_file():
        raise InputError(
            f"The adapter '{adapter.name}' keeps its weights in a pickle ({PICKLED}), which can run code when it is "
            "read; convert it to safetensors first."
        )
    else:
        raise InputError(f"The adapter '{adapter.name}' has no weights: {ADAPTER_WEIGHTS} is not there.")


def _base(settings: dict[str, Any]) -> str | None:
    named, revision = settings.get("base_model_name_or_path"), settings.get("revision")
    if not isinstance(named, str) or not named:
        return None
    return named if not isinstance(revision, str) or Path(named).is_dir() else f"{named}@{revision}"
