"""Where a model's files lie: a folder here, or a repository of the hub, whose small files are fetched first."""

from dataclasses import dataclass
from pathlib import Path

from angiogram.errors import InputError, unknown
from angiogram.files import sha256, sha256_of_text
from angiogram.hub import split_id
from angiogram.model.catalogue import without_owner
from angiogram.model.hub import settings_from_hub

EMBEDDED = "embedded"
SHIPPED = ("demo", "demo-tuned", "demo-3d")


@dataclass(frozen=True)
class Located:
    """A model's files on this machine.

    Attributes:
        name: as the user gave it.
        folder: holds the settings; the weights, too, where it was the user's.
        hub: the id of the repository that the folder is of, without a revision; None for the user's own folder.
    """

    name: str
    folder: Path
    hub: str | None = None

    @property
    def revision(self) -> str:
        """The commit of a repository, one digest over the weights and settings of a folder."""
        return content(self.folder) if self.hub is None else self.folder.name


def locate(name: str, *, code: bool) -> Located:
    """Find a model by its folder or its hub id, `owner/name` or `owner/name@revision`.

    Args:
        name: as the user gives it.
        code: also fetch what the model brings along as Python.

    Raises:
        InputError: there is neither, or the hub does not give it.
    """
    folder = local_folder(name)
    if folder.is_dir():
        return Located(name, folder)
    if name.startswith((".", "/", "~")):
        raise InputError(f"There is no folder '{name}'.")
    if (entry := without_owner(name)) is not None:
        raise InputError(f"'{name}' is '{entry.hub}' on the hub; give that id.")
    if name.count("/") != 1:
        raise unknown("model", name, (*SHIPPED, EMBEDDED))
    source, revision = split_id(name)
    return Located(name, settings_from_hub(source, revision, code=code), source)


def local_folder(name: str) -> Path:
    """Where the folder `name` would lie; it need not exist."""
    try:
        return Path(name).expanduser()
    except RuntimeError:  # "~someone" whom this machine does not know
        return Path(name)


def content(folder: Path) -> str:
    """One digest over the weights and settings of a local folder."""
    kept = sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".json", ".jinja"))
    return sha256_of_text("".join(f"{p.relative_to(folder)}:{sha256(p)}" for p in kept))
