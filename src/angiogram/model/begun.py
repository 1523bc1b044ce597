"""By what name others load the very weights that a training began with."""

from pathlib import Path

from angiogram.model.adapters import is_adapter
from angiogram.model.build.assembly import Assembly, read_assembly
from angiogram.model.located import EMBEDDED, SHIPPED, local_folder
from angiogram.model.origin import read_origin
from angiogram.model.parts import ADAPTER, PARTS_FILE, shipped_folder


def whole_model(name: str) -> str | None:
    """A hub id or a folder that transformers and PEFT load by themselves; None of what is put together when loaded.

    >>> whole_model("demo"), whole_model("Qwen/Qwen2.5-VL-7B-Instruct")
    (None, 'Qwen/Qwen2.5-VL-7B-Instruct')
    """
    folder = local_folder(name)
    if name in (EMBEDDED, *SHIPPED) or (folder / PARTS_FILE).is_file() or is_adapter(folder):
        return None
    return str(folder.resolve()) if folder.is_dir() else name


def is_embedded(name: str) -> bool:
    """Whether this is the embedded LLM as it came, whatever else of embedded and fresh parts stands before it.

    >>> is_embedded("embedded"), is_embedded("demo"), is_embedded("demo-tuned")
    (True, True, False)
    """
    if name == EMBEDDED:
        return True
    folder, parts = _folder(name), assembly_of(name)
    if not (folder / PARTS_FILE).is_file():  # not trained yet, and so whole
        return parts is not None and parts.embedded
    return not (folder / ADAPTER).is_dir() and read_origin(folder, PARTS_FILE).base == EMBEDDED


def assembly_of(name: str) -> Assembly | None:
    """What a recipe put the model together of; None of every other model.

    >>> assembly_of("demo") is None
    True
    """
    return read_assembly(_folder(name))


def _folder(name: str) -> Path:
    return shipped_folder(name) if name in SHIPPED else local_folder(name)
