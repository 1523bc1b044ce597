"""The parts that training changed, as a small folder beside the base model they belong to.

parts.json              the base they were trained on, the images and a digest of the recipe
connector.safetensors   the connector, float16
adapter/                LoRA factors of the LLM in PEFT's layout, float16; absent after connector-only training
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from angiogram.errors import InputError
from angiogram.files import atomic_folder

PARTS_FILE = "parts.json"


@dataclass(frozen=True)
class Origin:
    """Where trained parts come from; what parts.json holds.

    Attributes:
        base: the model that the parts belong to: "embedded" or a folder.
        data: name of the image set they were trained on; None where the file does not say.
        recipe: digest of all that they were trained with; None where the file does not say.
    """

    base: str
    data: str | None = None
    recipe: str | None = None


def save_parts(model: Any, connector: torch.nn.Module, origin: Origin, folder: Path) -> None:
    """Write the connector and, where `model` is a PeftModel, its adapter.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    with atomic_folder(folder) as temporary:
        state = {name: tensor.detach().half().contiguous() for name, tensor in connector.state_dict().items()}
        save_file(state, temporary / "connector.safetensors")
        if isinstance(model, PeftModel):
            model.peft_config["default"].base_model_name_or_path = origin.base
            halves = {name: tensor.half() for name, tensor in model.state_dict().items() if "lora_" in name}
            model.save_pretrained(str(temporary / "adapter"), state_dict=halves, save_embedding_layers=False)
            (temporary / "adapter" / "README.md").unlink(missing_ok=True)
        (temporary / PARTS_FILE).write_text(json.dumps(asdict(origin)) + "\n")


def read_origin(folder: Path) -> Origin:
    """What the folder's parts.json says.

    Raises:
        InputError: the file is missing, damaged or names no base.
    """
    try:
        said = json.loads((folder / PARTS_FILE).read_text())
        return Origin(str(said["base"]), said.get("data"), said.get("recipe"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"'{folder / PARTS_FILE}' is damaged: it does not name a base model.") from error


def apply_parts(model: Any, connector: torch.nn.Module, folder: Path) -> Any:
    """The base model with the folder's connector in place and its adapter merged into the LLM's weights.

    Raises:
        InputError: a file of the folder is missing or damaged.
    """
    try:
        connector.load_state_dict({k: v.float() for k, v in load_file(folder / "connector.safetensors").items()})
        if (folder / "adapter").is_dir():
            model = PeftModel.from_pretrained(model, str(folder / "adapter")).merge_and_unload()
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise InputError(f"The trained parts in '{folder}' cannot be read: {error}") from error
    return model
