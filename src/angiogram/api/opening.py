"""Models and labelled images, opened by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from angiogram.cache import Progress, default_cache
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources import open_cases as open_source
from angiogram.data.sources.findings import UnnamedFindingError
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation
from angiogram.model.loading import Loading

if TYPE_CHECKING:
    from angiogram.model.load import LoadedModel


def load_model(
    name: str | Path,
    *,
    device: str = "auto",
    precision: str = "auto",
    spread: bool = False,
    trust_remote_code: bool = False,
    anatomy: str | Path | None = None,
    base: str | Path | None = None,
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> "LoadedModel":
    """Load a model once, for as many diagnoses as you like.

    Args:
        name: "demo", "demo-tuned", "demo-3d" (of volumes), a folder in Hugging Face layout or of a PEFT adapter, a
            folder that `angiogram train` wrote, or a hub id, owner/name or owner/name@revision.
        device: "auto" (a GPU where there is one), "cpu", "cuda", or one GPU such as "cuda:1".
        precision: "auto" (float32 on a CPU, bfloat16 on a GPU that computes in it), "float32", "bfloat16" or "float16".
        spread: divide a model that is larger than one GPU over all GPUs and the host's memory.
        trust_remote_code: run the code that the model brings along; read it first.
        anatomy: a YAML file that says which module is what, for a model that Angiogram does not know.
        base: folder or hub id of the model that an adapter, or a checkpoint without processor files, was tuned from;
            by default the one that it names itself.
        cache: folder for converted models; by default the user's cache.
        progress: receives plain lines; None for silence.

    Raises:
        InputError: there is no such model or device, or it cannot be loaded; one sentence.

    >>> import angiogram as ag
    >>> model = ag.load_model("my-model", device="cpu", progress=None)
    >>> model.name, len(model.anatomy.llm_blocks)
    ('my-model', 3)
    >>> ag.load_model("dmo")
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no model 'dmo'; known are demo, ...; did you mean 'demo'?
    """
    loading = Loading(
        device=device,
        precision=precision,
        spread=spread,
        trust_remote_code=trust_remote_code,
        anatomy=None if anatomy is None else Path(anatomy),
        base=None if base is None else str(base),
    )
    from transformers.utils import logging

    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    return load_model(str(name), Path(cache or default_cache()), progress or silent, loading)


def open_cases(
    path: str | Path,
    *,
    image_column: str | None = None,
    label_column: str | Sequence[str] = (),
    group_column: str | Sequence[str] = (),
    split_column: str | None = None,
    question_column: str | None = None,
    image_folder: str | Path | None = None,
    folders: str | None = None,
    group_pattern: str | None = None,
    masks: Literal["auto", "certain", "named", "none"] = "auto",
    class_names: str | Path | None = None,
    window: str = "",
    plane: str = "",
    slice: str = "",
    series: str = "",
    finding: str | None = None,
    ignore_split: bool = False,
    leave_out: Sequence[str] = (),
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> Cases:
    """Open labelled images.

    Args:
        path: "phantom", "phantom-shifted", "phantom-volumes" (for models that take volumes), a folder with one
            subfolder a class, a table (`.csv`, `.tsv`, `.jsonl`, `.parquet`) with a row an image, a MedMNIST `.npz`,
            or the hub id of a data set, owner/name or owner/name@revision.
        image_column: of a table: the column with the images' paths; by default found by its name.
        label_column: of a table: the column with the class, likewise; several are findings, each 1 or 0.
        group_column: of a table: the column with the patient, likewise; several are joined.
        split_column: of a table: the column that says train or test, likewise.
        question_column: of a table: the column with what the model is asked, the same in every row, likewise.
        image_folder: of a table: where the images' paths start; by default its own folder, and what lies below.
        folders: of a folder: what each level below it means, such as "split/class/group"; "any" for nothing.
        group_pattern: a regular expression that finds the patient in an image's path, such as `(person\\d+)_`.
        masks: of a folder: which files are masks of others: "auto" (what looks like one; what is only named so is a
            doubt), "certain" (what is only named so is a case), "named" (what is named so), "none".
        class_names: a YAML or JSON file that maps classes to the words they are asked for, one or several each.
        window: of DICOM and NIfTI images: "lung", "mediastinum", "bone", "brain", "abdomen", "soft tissue", or
            "CENTRE/WIDTH"; by default the file's own, else its own range.
        plane: of a volume: "axial", "coronal" or "sagittal"; by default that of its slices.
        slice: of a volume: "middle" (the default), a number from 0, "above DENSITY" for the slice with most of it, or
            "all", for models that take volumes.
        series: of a folder with several DICOM series or time points: "largest", "thinnest", a plane, a number from 1,
            or several of these, as in "axial thinnest".
        finding: where one image may show several: the one that is asked about, against all else.
        ignore_split: cut folds, although the set brings a split.
        leave_out: classes whose cases take no part.
        cache: folder for converted images; by default the user's cache.
        progress: receives plain lines; None for silence.

    Raises:
        InputError: nothing has this name, or what has it cannot be read as a labelled image set; columns are named of
            what is no table, or a class to be left out is none of the set's.

    >>> import angiogram as ag
    >>> cases = ag.open_cases("my-images")
    >>> len(cases), cases.classes
    (24, ('benign', 'malignant'))
    >>> cases.read(cases.rows[0]).pixels.shape
    (40, 40)
    >>> len(cases.select(range(4)))  # a part of the set
    4
    """
    table = TableOptions(
        image=image_column,
        label=_names(label_column),
        group=_names(group_column),
        split=split_column,
        question=question_column,
        folder=None if image_folder is None else Path(image_folder),
    )
    options = SourceOptions(
        table=table,
        folders=folders,
        group_pattern=group_pattern,
        masks=masks,
        class_names=None if class_names is None else Path(class_names),
        how=Preparation.parse(window, plane, slice, series),
        finding=finding,
        ignore_split=ignore_split,
    )
    try:
        cases = open_source(str(path), Path(cache or default_cache()), progress or silent, options)
    except UnnamedFindingError as error:
        raise InputError(error.in_python) from None
    return cases.without_classes(leave_out)


def _names(columns: str | Sequence[str]) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else tuple(columns)
