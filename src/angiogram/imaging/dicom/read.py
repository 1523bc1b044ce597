"""A DICOM file or a folder with one series -> `Image`; a folder -> its volume."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from angiogram.errors import InputError
from angiogram.imaging.cut_image import cut_image
from angiogram.imaging.dicom.choose import ALONE, SeriesRule, chosen
from angiogram.imaging.dicom.decode import frames, is_colour, pixels
from angiogram.imaging.dicom.divide import divided
from angiogram.imaging.dicom.file import need_pydicom, open_dicom
from angiogram.imaging.dicom.kinds import refuse_what_is_no_image
from angiogram.imaging.dicom.picture import frame_image
from angiogram.imaging.dicom.place import orientation, plane_of
from angiogram.imaging.dicom.rescale import rescaled
from angiogram.imaging.dicom.series import Found, find_stacks, stacks_in
from angiogram.imaging.dicom.slice import slices_of
from angiogram.imaging.dicom.stack import Stack
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.image import Image
from angiogram.imaging.planes import DISPLAY, Plane
from angiogram.imaging.present import need_file
from angiogram.imaging.printable import printable
from angiogram.imaging.slices import SliceRule
from angiogram.imaging.volume import Volume
from angiogram.imaging.whole_volume import whole_volume
from angiogram.imaging.window import Window

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def read_dicom(
    path: Path, window: Window | None, plane: Plane | None, rule: SliceRule, series: SeriesRule = ALONE
) -> Image:
    """One picture of a DICOM file, or of a folder of slices.

    A file of one frame is that frame, and the rules must fit it. Frames that say where they lie, and slices of a
    folder, are a volume, of which one slice is cut; other frames (films, colours) are counted in their order.

    Args:
        path: a file of any name, or a folder.
        window: None for the file's own.
        plane: of the cut; None for the plane that the slices were taken in.
        rule: which slice or frame.
        series: which series or time point, where there are several.

    Raises:
        InputError: there is no such file, it is damaged or no image, the rule leaves no series or several, or the slice
            is not there.
    """
    name = printable(path)
    need_pydicom()
    need_file(path, name, "image", or_folder=True)

    def make() -> Image:
        if not path.is_dir():
            return _file_image(path, window, plane, rule, series)
        return _stack_image(_chosen_of(stacks_in(path), series), window, plane, rule)

    return _named(name, make)


def read_slices(
    files: Sequence[Path],
    name: str,
    window: Window | None,
    plane: Plane | None,
    rule: SliceRule,
    series: SeriesRule = ALONE,
) -> Image:
    """One picture of slices that need not have a folder to themselves, as `read_dicom` makes it of a folder.

    Args:
        files: that belong together.
        name: how messages call them.
        window: None for the file's own.
        plane: of the cut; None for the plane that the slices were taken in.
        rule: which slice.
        series: which series or time point, where there are several.

    Raises:
        InputError: as `read_dicom`.
    """
    need_pydicom()
    return _named(name, lambda: _stack_image(_chosen_of(find_stacks(files), series), window, plane, rule))


def _named(name: str, make: Callable[[], Image]) -> Image:
    """What `make` makes; what is wrong is said of this name.

    The reason alone is passed on: nothing of what a library said is left in the exception.
    """
    try:
        return make()
    except UnfitError as unfit:
        problem = f"'{name}' {unfit.reason}."
    except InputError as error:
        problem = f"'{name}' cannot be shown: {error}"
    raise InputError(problem)


def read_series(folder: Path, series: SeriesRule = ALONE) -> Volume:
    """The volume of one series of one time point.

    Args:
        folder: that holds its slices.
        series: which, where there are several.

    Raises:
        InputError: the rule leaves none or several, or their slices make no volume.
    """
    name = printable(folder)
    need_pydicom()
    if not folder.is_dir():
        raise InputError(f"There is no folder '{name}'.")
    try:
        stack, said = _chosen_of(stacks_in(folder), series)
        volume = stack.placed().volume()
        return Volume(volume.array, volume.spacing, volume.affine, (*volume.made, *said))
    except UnfitError as unfit:
        problem = f"'{name}' {unfit.reason}."
    raise InputError(problem)


def _chosen_of(found: Found, series: SeriesRule) -> tuple[Stack, tuple[str, ...]]:
    if not found.stacks:
        raise UnfitError(f"holds no DICOM slices{''.join(f'; {reason}' for reason in found.said)}")
    stack, choice = chosen(found.stacks, series)
    return stack, (*choice, *found.said)


def _file_image(path: Path, window: Window | None, plane: Plane | None, rule: SliceRule, series: SeriesRule) -> Image:
    dataset = open_dicom(path)
    refuse_what_is_no_image(dataset, pixels_read=True)
    stacks: list[Stack] = []
    if frames(dataset) > 1:
        # A film, colours, a screen: frames without a place.
        with suppress(UnfitError):
            stacks = [Stack(part) for part in divided(list(slices_of(path, dataset)))]
    if not stacks:
        _refuse_other_series(dataset, series)
        return _frame_image(dataset, window, plane, rule)
    stack, choice = chosen(stacks, series)
    return _stack_image((stack, choice), window, plane, rule)


def _frame_image(dataset: "Dataset", window: Window | None, plane: Plane | None, rule: SliceRule) -> Image:
    count = frames(dataset)

    def areas(density: float) -> list[int]:
        if is_colour(dataset):
            raise UnfitError("is in colour, in which no frame is above a density")
        frame = (rescaled(pixels(dataset, i).array, dataset, i)[0] for i in range(count))
        return [int(np.count_nonzero(values > density)) for values in frame]

    index, said = rule.choose(count, areas)
    _refuse_other_plane(dataset, index, plane)
    image = frame_image(dataset, index, window)
    which = (f"frame {said}",) if count > 1 or rule.looks else ()
    return replace(image, made=(image.made[0], *which, *image.made[1:]))


def _stack_image(
    chosen_stack: tuple[Stack, tuple[str, ...]], window: Window | None, plane: Plane | None, rule: SliceRule
) -> Image:
    stack, said = chosen_stack
    placed = stack.placed()
    plane = plane or placed.plane
    if rule.whole:
        image = whole_volume(placed.volume(), plane, placed.view(window).grey)
        return replace(image, made=(*image.made, *said))
    if plane == placed.plane:
        # The cut is one of the slices: unless the rule looks at them, the others need not be decoded.
        number, which = rule.of_volume(placed.volume().array, plane) if rule.looks else rule.choose(len(placed.slices))
        placed, index = placed.one(number), 0
        volume = placed.volume()
    else:
        volume = placed.volume()
        index, which = rule.of_volume(volume.array, plane)
    seen = placed.view(window)
    image = cut_image(volume, plane, index, which, seen.grey)
    return Image(image.pixels, (*image.made, *said), None if image.values is None else seen.bright(image.values))


def _refuse_other_series(dataset: "Dataset", rule: SeriesRule) -> None:
    """A file without slices is one series, the largest and the thinnest that is there."""
    for word in rule.words:
        if word.isdecimal() and int(word) > 1:
            raise UnfitError(f"is one series, and '{rule}' asks for number {word}")
        _refuse_other_plane(dataset, 0, next((plane for plane in DISPLAY if plane == word), None))


def _refuse_other_plane(dataset: "Dataset", index: int, plane: Plane | None) -> None:
    if plane is None:
        return
    directions = orientation(dataset, index)
    if directions is None:
        raise UnfitError(f"does not say which plane it shows, and '{plane}' is asked for")
    if plane_of(directions) != plane:
        raise UnfitError(f"is {plane_of(directions)}, and '{plane}' is asked for")
