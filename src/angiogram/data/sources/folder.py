"""Images whose class, patient and split are names of folders."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from angiogram.data.cases import Case, Cases, Split
from angiogram.data.sources.case_files import read_case
from angiogram.data.sources.cases_among import cases_among
from angiogram.data.sources.counted import counted
from angiogram.data.sources.groups import with_patients
from angiogram.data.sources.imageless import imageless
from angiogram.data.sources.left_out import left_out, not_opened
from angiogram.data.sources.levels import Levels, parse_levels, read_levels
from angiogram.data.sources.masks import without_masks
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.patients import grouped, proposal
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.data.sources.scan import image_files, subfolders
from angiogram.data.sources.series import patients_said
from angiogram.data.sources.sides import sides
from angiogram.data.sources.tabular.in_folder import tables_below
from angiogram.data.sources.tabular.offer import with_table
from angiogram.data.sources.unnamed import unnamed
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.read import SUFFIXES


def folder_cases(root: Path, cache: Path, options: SourceOptions | None = None, title: str | None = None) -> Cases:
    r"""The images below `root`.

    Folders that say train or test in their usual words are the split, those with few names or with words the class,
    numbered ones beside these the patient; what is taken for what is said in `statements`, what may be otherwise in
    `doubts`. Masks of other images, images beside the folders, hidden files and what archives leave behind are passed
    over. Bytes of a name that are not UTF-8 stand in the rows as `\xNN`.

    Args:
        root: a folder.
        cache: holds what makes the names of DICOM cases and patients say nothing.
        options: what the user says of the folders and images.
        title: name of the set; None for the folder's.

    Raises:
        InputError: there is no such folder, or it holds no images, no classes, an empty class or only one; or what is
            said of its folders or names does not fit.
    """
    if not root.is_dir():
        raise InputError(f"There is no folder '{root}'.")
    options = options or SourceOptions()
    given = None if options.folders is None else parse_levels(options.folders)
    images, masks, odd = without_masks(image_files(root), options.masks)
    inside = [path for path in images if path.parent != root]
    if not inside:
        raise InputError(_nothing(root, len(images), len(masks)))
    among = cases_among(inside, root, cache, options.how.series, given)
    cases, above = among.cases, among.above
    files = [case.path for case in cases]
    levels = read_levels(above, given)
    of_class, of_split = levels.place("class"), levels.place("split")
    classes = sorted({names[of_class] for names in above}) if of_class is not None else []
    if len(classes) < 2:
        raise InputError(_too_few(root, classes, levels, above))
    without = imageless(root, [*files, *masks], levels, classes, given is not None)
    found = None if of_split is None else sides({names[of_split] for names in above})
    ids = [printable(path.relative_to(root)) for path in files]
    groups, said = _groups([case.patient for case in cases], ids, above, levels, options.group_pattern)
    rows: list[Case] = []
    for name, path, names, group in zip(ids, files, above, groups, strict=True):
        side: Split | None = None if found is None or of_split is None else found.of[names[of_split]]
        rows.append(Case(name, printable(path), names[of_class or 0], group or name, side))
    place = dict(zip(ids, cases, strict=True))

    def read(case: Case) -> Image:
        return read_case(place[case.id], options.how)

    title = title or printable(root.resolve().name)  # also for "."
    statements = (
        f"Images from the folder '{title}'.",
        *levels.said,
        *([] if found is not None else ["The folder brings no split of its own."]),
        *said,
        *among.said,
        *without,
        *left_out(len(images) - len(inside) + among.strays, len(masks)),
        *not_opened(root),
    )
    doubts = (*odd, *with_table(levels.doubts, root, files), *among.doubts)
    named = Cases(title, tuple(rows), tuple(classes), read, DEFAULT_QUESTION, statements, doubts)
    return unnamed(named, dict(zip(ids, files, strict=True)), cache)


def _groups(
    patients: Sequence[str | None],
    ids: Sequence[str],
    above: Sequence[tuple[str, ...]],
    levels: Levels,
    pattern: str | None,
) -> tuple[list[str | None], list[str]]:
    """The patient of each image, None where it is not known, and what is said of it.

    Whatever says the group, the patients in the headers of DICOM files join groups.
    """
    of_group = levels.place("group")
    groups, said = [None] * len(ids), list[str]()
    if pattern is not None:
        groups, sentence = grouped(ids, pattern)
        said = [sentence]
    elif of_group is not None:
        groups = [names[of_group] for names in above]
        said = _of_several_classes(groups, above, levels)
    found = with_patients(groups, patients)
    if pattern is None and of_group is None:
        unknown = "Patients are unknown: each image is its own group, so one patient's images may be on both sides."
        said = [patients_said(found.names)] if any(found.names) else [unknown, *filter(None, [proposal(ids)])]
    return found.names, [*said, *found.said]


def _of_several_classes(groups: Sequence[str], above: Sequence[tuple[str, ...]], levels: Levels) -> list[str]:
    """What is said of folders of patients that stand in several classes: they have the names of one patient."""
    of_class = levels.place("class") or 0
    classes = Counter(group for group, _ in {(g, names[of_class]) for g, names in zip(groups, above, strict=True)})
    shared = sum(count > 1 for count in classes.values())
    return [f"{shared} of these stand in several classes, and are one patient each."] if shared else []


def _nothing(root: Path, beside: int, masks: int) -> str:
    below = f"; {counted(masks, 'file there looks like a mask', 'files there look like masks')}" if masks else ""
    if not beside and (passed := not_opened(root)):
        return f"The folder '{root}' has no images{below}. {' '.join(passed)}"
    if beside:
        images = counted(beside, "image", "images")
        holds = f"holds {images} but {'none in' if subfolders(root) else 'no'} subfolders"
    elif subfolders(root):
        return f"The folder '{root}' has no images in its subfolders{below}; known are {', '.join(sorted(SUFFIXES))}."
    else:
        holds = "is empty"
    return f"The folder '{root}' {holds}; it needs one subfolder a class, each with images{_table(root)}."


def _too_few(root: Path, classes: Sequence[str], levels: Levels, above: Sequence[tuple[str, ...]]) -> str:
    one = [above[0][level] for level, role in enumerate(levels.roles) if role == "any"]
    name = classes[0] if classes else (one[-1] if one else None)
    few = "no class" if name is None or levels.place("split") is not None else f"only the class '{name}'"
    return f"The folder '{root}' has {few}; a classification needs at least two, one subfolder each{_table(root)}."


def _table(root: Path) -> str:
    """The way out where labels stand in a table."""
    tables = tables_below(root)
    if not tables:
        return ""
    return (
        f"; if the labels stand in '{printable(tables[0].relative_to(root))}', say which column is the class "
        "(--label-column), or open that file"
    )
