"""The parts that training changed, as a small folder beside the base model they belong to.

parts.json              the base they were trained on, the images and a digest of the recipe
connector.safetensors   the connector, float16
adapter/                LoRA factors of the LLM in PEFT's layout, float16; absent after connector-only training
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from angiogram.errors import InputError
from angiogram.files import atomic_folder
from angiogram.model.origin import Origin, write_origin

PARTS_FILE, ADAPTER = "parts.json", "adapter"


def shipped_folder(name: str) -> Path:
    """Where the parts lie that come with this package."""
    return Path(str(files("angiogram.model") / "weights" / name))


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
            model.save_pretrained(str(temporary / ADAPTER), state_dict=halves, save_embedding_layers=False)
            (temporary / ADAPTER / "README.md").unlink(missing_ok=True)
        write_origin(origin, temporary, PARTS_FILE)


def apply_parts(model: Any, connector: torch.nn.Module, folder: Path) -> Any:
    """The base model with the folder's connector in place and its adapter merged into the LLM's weights.

    Raises:
        InputError: a file of the folder is missing or damaged.
    """
    try:
        connector.load_state_dict({k: v.float() for k, v in load_file(folder / "connector.safetensors").items()})
        if (folder / ADAPTER).is_dir():
            model = PeftModel.from_pretrained(model, str(folder / ADAPTER)).merge_and_unload()
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise InputError(f"The trained parts in '{folder}' cannot be read: {error}") from error
    return model
