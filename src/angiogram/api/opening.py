"""Models and labelled images, opened by name."""

from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from angiogram.cache import Progress, default_cache
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources import open_cases as open_source
from angiogram.errors import unknown
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
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> "LoadedModel":
    """Load a model once, for as many diagnoses as you like.

    Args:
        name: "demo", "demo-tuned", a folder in Hugging Face layout, a folder that `angiogram train` wrote, or a hub id,
            owner/name or owner/name@revision.
        device: "auto" (a GPU where there is one), "cpu", "cuda", or one GPU such as "cuda:1".
        precision: "auto" (float32 on a CPU, bfloat16 on a GPU that computes in it), "float32", "bfloat16" or "float16".
        spread: divide a model that is larger than one GPU over all GPUs and the host's memory.
        trust_remote_code: run the code that the model brings along; read it first.
        anatomy: a YAML file that says which module is what, for a model that Angiogram does not know.
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
    )
    from transformers.utils import logging

    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    return load_model(str(name), Path(cache or default_cache()), progress or silent, loading)


def open_cases(
    path: str | Path, *, cache: str | Path | None = None, progress: Progress | None = print, **options: Any
) -> Cases:
    """Open labelled images.

    Args:
        path: "phantom", "phantom-shifted", a folder with one subfolder a class, or a MedMNIST `.npz`.
        cache: folder for converted images; by default the user's cache.
        progress: receives plain lines; None for silence.
        options: what `angiogram.data.sources.open_cases` takes besides, by name.

    Raises:
        InputError: nothing has this name, or what has it cannot be read as a labelled image set; or an option that
            does not exist.

    >>> import angiogram as ag
    >>> cases = ag.open_cases("my-images")
    >>> len(cases), cases.classes
    (24, ('benign', 'malignant'))
    >>> cases.read(cases.rows[0]).pixels.shape
    (40, 40)
    >>> len(cases.of_classes(["malignant", "benign"]).select(range(4)))  # parts of the set
    4
    """
    known = tuple(signature(open_source).parameters)[3:]  # behind name, cache and progress
    for option in options:
        if option not in known:
            raise unknown("option of open_cases", option, ("cache", "progress", *known))
    return open_source(str(path), Path(cache or default_cache()), progress or silent, **options)
