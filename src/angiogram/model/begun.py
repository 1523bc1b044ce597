"""By what name others load the very weights that a training began with."""

from angiogram.model.adapters import is_adapter
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
    """Whether this is the embedded model with the LLM that it came with, whatever its connector.

    >>> is_embedded("embedded"), is_embedded("demo"), is_embedded("demo-tuned")
    (True, True, False)
    """
    if name == EMBEDDED:
        return True
    folder = shipped_folder(name) if name in SHIPPED else local_folder(name)
    if not (folder / PARTS_FILE).is_file() or (folder / ADAPTER).is_dir():
        return False
    return read_origin(folder, PARTS_FILE).base == EMBEDDED
