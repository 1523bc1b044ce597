"""From what the user types to entries: a table, conversations, a named source, or a labelled image set."""

from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.annotations.columns import may_be_annotations
from angiogram.data.annotations.formats.conversations.layout import SPELT
from angiogram.data.annotations.formats.read import names_in, read_given
from angiogram.data.annotations.given import given_of
from angiogram.data.annotations.join import Named
from angiogram.data.annotations.named.source import NAMES, Uncertain, named_source, open_named
from angiogram.data.annotations.named.spelt import name_and_folder
from angiogram.data.annotations.of_cases import entries_of_cases
from angiogram.data.progress import silent
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError
from angiogram.imaging.printable import printable


def open_source(
    text: str,
    cache: Path,
    progress: Progress = silent,
    images: Path | None = None,
    uncertain: Uncertain = "ignore",
) -> Named:
    """Open an annotation table of any format, conversations, `NAME:FOLDER`, or what `open_cases` opens.

    Args:
        text: what the user types.
        cache: of what is unpacked.
        progress: receives lines where it takes long.
        images: the folder where paths of images start, of a table.
        uncertain: how a named source's uncertain labels are taken.

    Raises:
        InputError: nothing has this name, or it cannot be read.
    """
    if (named := name_and_folder(text)) is not None:
        name, folder = named
        return Named(name, given_of(open_named(name, folder, uncertain)))
    path = Path(text).expanduser()
    if images is not None and not images.is_dir():
        raise InputError(f"There is no folder '{images}' (--image-folder).")
    if text in NAMES and not path.exists():
        raise InputError(
            f"'{text}' is a named source: give the folder of your download, {text}:FOLDER. {named_source(text).get}"
        )
    names = names_in(path) if path.exists() else ()
    if may_be_annotations(names) or not set(SPELT).isdisjoint(names) or path.suffix.lower() == ".json":
        return Named(_short(path), read_given(path, images))
    options = SourceOptions(table=TableOptions(folder=None if images is None else images.absolute()))
    given = entries_of_cases(text, cache, progress, options)
    return Named(_short(path), given)


def _short(path: Path) -> str:
    return printable(path.resolve().stem)
