"""A data set of the Hugging Face hub: fetched once into the hub's own cache, then opened as any folder."""

import re
from functools import cache as remembered
from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.sources.archive import SUFFIX as ZIP
from angiogram.data.sources.archive import unpacked
from angiogram.data.sources.place import Place
from angiogram.data.sources.scan import image_files, passed_over
from angiogram.data.sources.tabular.in_folder import tables_below
from angiogram.data.sources.tabular.read import SUFFIXES
from angiogram.errors import InputError
from angiogram.imaging.printable import printable

_ID = re.compile(r"[\w.-]+/[\w.-]+(/[^@]+)?(@.+)?")


def is_hub_id(name: str) -> bool:
    """Whether a name of nothing on this machine looks like `owner/name`, with a path inside and a revision or without.

    Not where a folder `owner` is here, or the name ends as a file does: that is a mistyped path.

    >>> is_hub_id("owner/skin-lesions@v2"), is_hub_id("owner/skin-lesions/2024"), is_hub_id("./skin"), is_hub_id("skin")
    (True, True, False, False)
    >>> is_hub_id("images/skin.npz")
    False
    """
    if not _ID.fullmatch(name) or name.startswith((".", "~")):
        return False
    owner, repository = name.partition("@")[0].split("/")[:2]
    return not Path(owner).is_dir() and Path(repository).suffix.lower() not in (ZIP, ".npz", *SUFFIXES)


def place_on_hub(name: str, cache: Path, progress: Progress) -> Place:
    """Where the data set `owner/name`, `owner/name@revision` or `owner/name/path/in/it` lies, all of it fetched.

    A repository that holds nothing but one zip is what the zip holds.

    Raises:
        InputError: the hub does not give it, it holds no such path, or its images are packed in several archives.
    """
    from angiogram.hub import split_id  # late: who opens files of this machine does not need the hub's client

    whole, revision = split_id(name)
    source, inner = "/".join(whole.split("/")[:2]), "/".join(whole.split("/")[2:])
    progress(f"looking for the data set '{source}' on the hub")
    folder = _fetched(source, revision)
    path = folder / inner
    if not path.exists():
        held = ", ".join(sorted(printable(each.name) for each in folder.iterdir() if not passed_over(each.name)))
        raise InputError(f"The data set '{source}' holds no '{inner}'; it holds {held}.")
    said = f"The data set '{source}' of the Hugging Face hub, revision {folder.name}."
    place = Place(path, title=name, revision=folder.name, said=(said,))
    if path.is_dir() and not tables_below(path) and not image_files(path):
        zips = _zips(path, name)
        return unpacked(place, zips[0], cache, progress) if zips else place
    return place


@remembered
def _fetched(source: str, revision: str | None) -> Path:
    """One commit for all that a process opens by one name, whatever is written to the hub meanwhile."""
    from angiogram.hub import DATASET, fetched

    return fetched(source, revision, DATASET)


def _zips(folder: Path, name: str) -> list[Path]:
    """The zips of a data set: one, or none."""
    zips = sorted(path for path in folder.rglob(f"*{ZIP}") if path.is_file())
    if len(zips) > 1:
        raise InputError(
            f"The data set '{name}' holds {len(zips)} archives, {', '.join(path.name for path in zips[:3])} among them;"
            f" name one, such as '{name.partition('@')[0]}/{zips[0].relative_to(folder)}', or unpack them into one "
            "folder and open that."
        )
    return zips
