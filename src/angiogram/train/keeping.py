"""What a stage leaves: a folder that `load_model` takes, in which every part is that was trained."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from peft import PeftModel

from angiogram.files import atomic_folder
from angiogram.model.begun import assembly_of, is_embedded, whole_model
from angiogram.model.load import LoadedModel
from angiogram.model.located import EMBEDDED, locate
from angiogram.model.origin import Origin, write_origin
from angiogram.model.parts import kept_modules, save_parts
from angiogram.model.processor_parts import lacking
from angiogram.train.recipe.settings import PartName, PartTraining


def keep_trained(
    parts: Mapping[PartName, PartTraining], loaded: LoadedModel, model: Any, origin: Origin, folder: Path
) -> None:
    """Write what was trained.

    - Of the embedded LLM as it came, with an embedded encoder or a fresh one: connector, fresh encoder and low-rank
      factors of the LLM, those of them that were trained (`model.parts`).
    - Of a whole model, low-rank factors alone: an adapter that PEFT loads, which names that model; with it the
      processor, where that model's own files have none.
    - Else: a whole model, the factors merged into its weights, as transformers loads it.

    Args:
        parts: what was trained, without what was frozen.
        loaded: what the training began with.
        model: the trained one, a `PeftModel` where there are factors.
        origin: where it comes from.
        folder: new, or replaced.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    ways = {name: part.train for name, part in parts.items()}
    if is_embedded(loaded.name):
        assembly = assembly_of(loaded.name)
        modules = kept_modules(loaded.model, loaded.anatomy, assembly)
        as_parts = {**dict.fromkeys(modules, "full"), "llm": "lora"}
        if ways.items() <= as_parts.items():
            save_parts(model, modules, Origin(EMBEDDED, origin.data, origin.recipe), folder, assembly)
            return
    whole = whole_model(loaded.name)
    with atomic_folder(folder) as temporary:
        if whole is not None and set(ways.values()) == {"lora"}:
            _save_adapter(model, whole, temporary)
            if lacking(locate(whole, code=False).folder):  # what the processor was put together of is not in that model
                loaded.processor.save_pretrained(str(temporary))
        else:
            merged = model.merge_and_unload(safe_merge=True) if isinstance(model, PeftModel) else model
            merged.save_pretrained(str(temporary))
            loaded.processor.save_pretrained(str(temporary))
        write_origin(origin, temporary)


def _save_adapter(model: Any, base: str, folder: Path) -> None:
    named, _, revision = base.partition("@")
    settings = model.peft_config["default"]
    settings.base_model_name_or_path = base if Path(base).is_dir() else named
    settings.revision = revision if revision and not Path(base).is_dir() else None
    model.save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
