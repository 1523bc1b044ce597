"""The parts that training changed, as a small folder beside the base model they belong to.

parts.json              the base they were trained on, the images and a digest of the recipe
assembly.json           what else than itself the embedded LLM is put together with; absent where that is its own base
encoder.safetensors     an encoder that started with weights drawn at random, float16; absent for every other
connector.safetensors   the connector, float16
adapter/                LoRA factors of the LLM in PEFT's layout, float16; absent after connector-only training
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from peft import PeftModel
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from angiogram.errors import InputError
from angiogram.files import atomic_folder
from angiogram.model.anatomy import Anatomy
from angiogram.model.build.assembly import Assembly, write_assembly
from angiogram.model.origin import Origin, write_origin

PARTS_FILE, ADAPTER, WEIGHTS = "parts.json", "adapter", ".safetensors"


def shipped_folder(name: str) -> Path:
    """Where the parts lie that come with this package."""
    return Path(str(files("angiogram.model") / "weights" / name))


def kept_modules(model: Any, anatomy: Anatomy, assembly: Assembly | None) -> dict[str, nn.Module]:
    """The modules of an embedded model that its parts hold, by the names of their files.

    Args:
        model: the whole one.
        anatomy: where they are in it.
        assembly: what its base is put together of; None where that is the embedded one.
    """
    paths = {"connector": anatomy.connector}
    if assembly is not None and assembly.fresh_encoder:
        paths["encoder"] = anatomy.encoder
    return {part: model.get_submodule(path) for part, path in paths.items()}


def save_parts(
    model: Any, modules: Mapping[str, nn.Module], origin: Origin, folder: Path, assembly: Assembly | None = None
) -> None:
    """Write the modules and, where `model` is a PeftModel, its adapter.

    Args:
        model: the trained one.
        modules: as `kept_modules` gives them.
        origin: its base, data and recipe.
        folder: new, or replaced.
        assembly: what the base is put together of, where it is no model by name.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    with atomic_folder(folder) as temporary:
        for part, module in modules.items():
            state = {name: tensor.detach().half().contiguous() for name, tensor in module.state_dict().items()}
            save_file(state, temporary / f"{part}{WEIGHTS}")
        if assembly is not None:
            write_assembly(assembly, temporary)
        if isinstance(model, PeftModel):
            model.peft_config["default"].base_model_name_or_path = origin.base
            halves = {name: tensor.half() for name, tensor in model.state_dict().items() if "lora_" in name}
            model.save_pretrained(str(temporary / ADAPTER), state_dict=halves, save_embedding_layers=False)
            (temporary / ADAPTER / "README.md").unlink(missing_ok=True)
        write_origin(origin, temporary, PARTS_FILE)


def apply_parts(model: Any, modules: Mapping[str, nn.Module], folder: Path) -> Any:
    """The base model with the folder's modules in place and its adapter merged into the LLM's weights.

    Args:
        model: the base.
        modules: of the base, as `kept_modules` gives them.
        folder: that `save_parts` wrote.

    Raises:
        InputError: a file of the folder is missing or damaged.
    """
    try:
        for part, module in modules.items():
            module.load_state_dict({k: v.float() for k, v in load_file(folder / f"{part}{WEIGHTS}").items()})
        if (folder / ADAPTER).is_dir():
            model = PeftModel.from_pretrained(model, str(folder / ADAPTER)).merge_and_unload()
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise InputError(f"The trained parts in '{folder}' cannot be read: {error}") from error
    return model
