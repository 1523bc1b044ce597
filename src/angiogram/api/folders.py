"""Where a run goes whose folder is not named."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.data.sources.archive import SUFFIX as ZIP
from angiogram.data.sources.tabular.read import SUFFIXES as TABLES

if TYPE_CHECKING:
    from angiogram.model.load import LoadedModel

RUNS = Path("runs")
_FILES = (".npz", ZIP, *TABLES)


def named_after(model: "str | LoadedModel", data: str, before: str = "") -> Path:
    """A folder in `runs` that is named after a model and what it is asked about.

    >>> named_after("google/medgemma-4b-it", "images/pneumoniamnist.npz").as_posix()
    'runs/medgemma-4b-it-on-pneumoniamnist'
    >>> named_after("llava-1.5", "images/table.parquet", "answers-of-").as_posix()
    'runs/answers-of-llava-1.5-on-table'
    """
    name = model if isinstance(model, str) else model.name
    return RUNS / f"{before}{_last(name)}-on-{_last(data)}"


def _last(name: str) -> str:
    """The last part of a name or path, as a part of a folder's name."""
    path = Path(name).expanduser()
    part = path.resolve().name if path.name in ("", "..", "~") else path.name
    part = part[: -len(Path(part).suffix)] if Path(part).suffix.lower() in _FILES else part
    return re.sub(r"[^\w.-]+", "-", part).strip("-.") or "it"
