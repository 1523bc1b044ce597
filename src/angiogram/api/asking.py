"""A conversation about a picture, from what a user names."""

from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.answer.turn import LONGEST, check_longest
from angiogram.cache import Progress, default_cache
from angiogram.data.annotations.pictures import ARCHIVES, file_of, read_picture
from angiogram.data.progress import silent
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.read import Preparation, read_image
from angiogram.model.loading import AUTO, Loading

if TYPE_CHECKING:
    from angiogram.answer.conversation import Conversation
    from angiogram.model.load import LoadedModel


def open_conversation(
    model: "str | Path | LoadedModel",
    image: str | Path,
    *,
    longest: int = LONGEST,
    window: str = "",
    plane: str = "",
    slice: str = "",
    series: str = "",
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> "Conversation":
    """Ask a model about one picture, turn by turn.

    Args:
        model: what `load_model` gave, or a name as it takes one.
        image: a picture: PNG, JPEG, TIFF, BMP, WebP, GIF, PNM, DICOM (a file, or the folder of a series) or NIfTI; or
            one of many, as an annotation table names it (`a.npz#17`).
        longest: most tokens of an answer.
        window: of DICOM and NIfTI images, as `open_cases` takes it; so are `plane`, `slice` and `series`.
        plane: of a volume.
        slice: of a volume.
        series: of a folder with several DICOM series or time points.
        cache: folder for converted models; by default the user's cache.
        progress: receives plain lines, among them how the picture was made; None for silence.

    Raises:
        InputError: there is no such picture or model, or it cannot be read or loaded; one sentence.

    >>> import angiogram as ag
    >>> talk = ag.open_conversation("my-model", "my-images/benign/0.png", longest=8, progress=None)
    >>> first, second = talk.ask("Which structure is shown?"), talk.ask("On which side?")
    >>> first.question, second.answer == talk.turns[1].answer
    ('Which structure is shown?', True)
    >>> first.answer in talk.prompt("Is it large?")  # a further question sees what was said before
    True
    """
    how = Preparation.parse(window, plane, slice, series)
    told = progress or silent
    loaded = str(model) if isinstance(model, Path) else model
    return conversation_about(loaded, str(image), how, longest, cache=Path(cache or default_cache()), progress=told)


def conversation_about(
    model: "str | LoadedModel",
    image: str,
    how: Preparation,
    longest: int,
    *,
    loading: Loading = AUTO,
    cache: Path,
    progress: Progress,
) -> "Conversation":
    """Read, load and begin.

    Raises:
        InputError: as `open_conversation`.
    """
    check_longest(longest)  # this and the picture are refused before the model is loaded
    shown = read_shown(image, how)
    progress(f"{printable(image)}: {', '.join(shown.made)}")

    from transformers.utils import logging

    from angiogram.answer.conversation import Conversation
    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    loaded = load_model(model, cache, progress, loading) if isinstance(model, str) else model
    if loaded.slices is not None and shown.slices is None:
        shown = read_shown(image, how.taken_by(loaded.slices))
        if shown.slices is not None:
            progress(f"whole, as the model takes volumes: {', '.join(shown.made)}")
    return Conversation(loaded, shown, longest)


def read_shown(image: str, how: Preparation) -> Image:
    """The picture that is asked about: a file or a DICOM folder, or one of many in an archive.

    Raises:
        InputError: there is no such picture, it is damaged, or it cannot be prepared so.
    """
    place, which = file_of(image)
    if which is None and place.lower().endswith(ARCHIVES):
        raise InputError(f"'{printable(image)}' holds many pictures; name one by its number, '{printable(image)}#0'.")
    if which is None:
        return read_image(Path(image), how)
    return read_picture(Path(place).parent, f"{Path(place).name}#{which}", how)
