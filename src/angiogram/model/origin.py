"""Where a trained model comes from, in a small file beside its weights."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from angiogram.errors import InputError

TRAINED_FILE = "trained.json"


@dataclass(frozen=True)
class Origin:
    """What a training leaves of itself.

    Attributes:
        base: what the training began with; "embedded" or a folder where these are the parts of another model.
        data: name of the image set that was learnt from; None where the file does not say.
        recipe: digest of all that it was trained with; None where the file does not say.
    """

    base: str
    data: str | None = None
    recipe: str | None = None


def write_origin(origin: Origin, folder: Path, file: str = TRAINED_FILE) -> None:
    """Write the file into a folder."""
    (folder / file).write_text(json.dumps(asdict(origin)) + "\n", encoding="utf-8")


def read_origin(folder: Path, file: str = TRAINED_FILE) -> Origin:
    """What the folder's file says.

    Raises:
        InputError: the file is missing, damaged or names no base.
    """
    try:
        said = json.loads((folder / file).read_text(encoding="utf-8"))
        return Origin(str(said["base"]), said.get("data"), said.get("recipe"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"'{folder / file}' is damaged: it does not name a base model.") from error


def trained_on(folder: Path) -> str | None:
    """Name of the image set that a whole model or an adapter was trained on; None where nothing says it."""
    return read_origin(folder).data if (folder / TRAINED_FILE).is_file() else None
