"""A model's files from the hub: the small ones first, then the weights that belong to them and no others."""

from pathlib import Path

from angiogram.cache import Progress
from angiogram.hub import fetched
from angiogram.model.adapters import ADAPTER_WEIGHTS, is_adapter
from angiogram.model.checkpoint import WEIGHTS
from angiogram.model.weights_index import INDEX, indexed_files

SETTINGS = ("*.json", "*.jinja", "*.model", "*.txt")


def settings_from_hub(name: str, revision: str | None, *, code: bool) -> Path:
    """The folder of the repository's small files; its name is the commit that `revision` stands for.

    Args:
        name: the hub id, "owner/name".
        revision: a branch, tag or commit; None for the newest.
        code: also fetch what the model brings along as Python.

    Raises:
        InputError: there is no such repository or revision, it is closed to this account, or the hub is not reached.
    """
    return fetched(name, revision, wanted=(*SETTINGS, *(("*.py",) if code else ())))


def weights_from_hub(name: str, folder: Path, progress: Progress) -> None:
    """Fetch the weights that belong to the settings in `folder`, and no others that the repository holds."""
    wanted = [ADAPTER_WEIGHTS] if is_adapter(folder) else [WEIGHTS]
    if (folder / INDEX).is_file():
        wanted = indexed_files(folder)
    if not all((folder / file).is_file() for file in wanted):
        progress(f"fetching the weights of {name} from the hub")
        fetched(name, folder.name, wanted=wanted)
