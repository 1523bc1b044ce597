"""What a named source is, and how uncertain labels are taken."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import Task
from angiogram.errors import InputError
from angiogram.registry import registered

Uncertain = Literal["ignore", "negative", "positive"]
"""What becomes of findings that a source calls uncertain (-1): named as unsure and not judged, absent, or present.

The policies U-Ignore, U-Zeros and U-Ones of Irvin et al., "CheXpert", AAAI 2019, arXiv 1901.07031.
"""
TAKEN = {
    "ignore": "Findings that the source calls uncertain are neither present nor absent (U-Ignore).",
    "negative": "Findings that the source calls uncertain are taken for absent (U-Zeros).",
    "positive": "Findings that the source calls uncertain are taken for present (U-Ones).",
}
_NAMED: dict[str, str] = {
    "busi": "angiogram.data.annotations.named.busi:SOURCE",
    "chexpert": "angiogram.data.annotations.named.chexpert:SOURCE",
    "covid-ct": "angiogram.data.annotations.named.covid_ct:SOURCE",
    "ct-rate": "angiogram.data.annotations.named.ct_rate:SOURCE",
    "iu-xray": "angiogram.data.annotations.named.iu_xray:SOURCE",
    "kermany": "angiogram.data.annotations.named.kermany:SOURCE",
    "medmnist-3d": "angiogram.data.annotations.named.medmnist_3d:SOURCE",
    "mimic-cxr-jpg": "angiogram.data.annotations.named.mimic_cxr_jpg:SOURCE",
    "mimic-cxr-reports": "angiogram.data.annotations.named.mimic_cxr_reports:SOURCE",
    "nih-chestxray14": "angiogram.data.annotations.named.nih_chestxray14:SOURCE",
    "path-vqa": "angiogram.data.annotations.named.path_vqa:SOURCE",
    "slake": "angiogram.data.annotations.named.slake:SOURCE",
    "vindr-cxr": "angiogram.data.annotations.named.vindr_cxr:SOURCE",
    "vqa-rad": "angiogram.data.annotations.named.vqa_rad:SOURCE",
}  # name -> "module:attribute"
NAMES = tuple(_NAMED)


@dataclass(frozen=True)
class NamedSource:
    """A published set, in the layout that it is downloaded in.

    Attributes:
        name: what users type, and the `source` of its entries.
        title: in full.
        licence: of images and annotations, as its authors state it.
        get: one sentence: what is to be downloaded, from where, and what must then lie in the folder.
        read: from the folder to entries; raises InputError, whose message the caller ends with `get`, where files are
            missing.
        uncertain: whether the source has uncertain labels.
        tasks: of its entries.
        groups: what says which images are of one patient.
        splits: the sides of its own split, and what is to be known of them.
    """

    name: str
    title: str
    licence: str
    get: str
    read: Callable[[Path, Uncertain], Annotations]
    uncertain: bool = False
    tasks: tuple[Task, ...] = ()
    groups: str = "not known"
    splits: str = "none"


def named_source(name: str) -> NamedSource:
    """What is registered under a name.

    Raises:
        InputError: there is no such source.
    """
    return registered("named source", name, _NAMED)


def open_named(name: str, folder: Path, uncertain: Uncertain = "ignore") -> Annotations:
    """The entries of a named source in the user's download of it; their licence is the source's where they name none.

    Raises:
        InputError: there is no such source, or its files are not in the folder; the message says what to download.
    """
    source = named_source(name)
    if not folder.is_dir():
        raise InputError(f"There is no folder '{folder}'. {source.get}")
    try:
        table = source.read(folder, uncertain)
    except MissingFilesError as error:
        raise InputError(f"{error} {source.get}") from error
    policy = (TAKEN[uncertain],) if source.uncertain else ()
    return replace(
        table,
        entries=table.entries.with_columns(pl.col("licence").fill_null(source.licence)),
        statements=(f"{source.title} ({source.licence}).", *policy, *table.statements),
    )


class MissingFilesError(InputError):
    """What a source is made of does not lie in its folder."""


def needed(folder: Path, *names: str) -> Path:
    """The first of these names that is there, in this folder.

    Raises:
        MissingFilesError: none is.
    """
    for name in names:
        if (path := folder / name).exists():
            return path
    raise MissingFilesError(f"'{folder}' holds no {' or '.join(names)}.")
