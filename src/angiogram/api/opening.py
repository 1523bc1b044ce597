"""Models and labelled images, opened by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.cache import Progress, default_cache
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources import open_cases as open_source
from angiogram.data.sources.columns import TableOptions
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
        name: "demo", "demo-tuned", a folder in Hugging Face layout or of a PEFT adapter, a folder that
            `angiogram train` wrote, or a hub id, owner/name or owner/name@revision.
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
    angiogram.errors.InputError: There is no model 'dmo'; known are demo, demo-tuned, embedded; did you mean 'demo'?
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
    label_column: str | None = None,
    group_column: str | None = None,
    split_column: str | None = None,
    image_folder: str | Path | None = None,
    leave_out: Sequence[str] = (),
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> Cases:
    """Open labelled images.

    Args:
        path: "phantom", "phantom-shifted", a folder with one subfolder a class, a table (`.csv`, `.tsv`) with a row an
            image, or a MedMNIST `.npz`.
        image_column: of a table: the column with the images' paths; by default found by its name.
        label_column: of a table: the column with the class, likewise.
        group_column: of a table: the column with the patient, likewise.
        split_column: of a table: the column that says train or test, likewise.
        image_folder: of a table: where the images' paths start; by default its own folder, and what lies below.
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
        label=label_column,
        group=group_column,
        split=split_column,
        folder=None if image_folder is None else Path(image_folder),
    )
    cases = open_source(str(path), Path(cache or default_cache()), progress or silent, table)
    return cases.without_classes(leave_out)
