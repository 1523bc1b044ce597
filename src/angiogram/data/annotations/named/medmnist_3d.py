"""MedMNIST v2, its six sets of volumes: `organmnist3d.npz` of 28 voxels a side, `organmnist3d_64.npz` of 64."""

from pathlib import Path

import numpy as np
import polars as pl

from angiogram.data.annotations.named.rows import multi_class
from angiogram.data.annotations.named.source import MissingFilesError, NamedSource, Uncertain
from angiogram.data.annotations.table import Annotations
from angiogram.data.sources.medmnist import CLASSES
from angiogram.data.sources.npz import load_arrays
from angiogram.errors import InputError

_NAME = "medmnist-3d"
_PARTS = {"train": "train", "val": "validation", "test": "test"}
_SHOWN = {
    "organmnist3d": "CT volume", "nodulemnist3d": "CT volume of a lung nodule",
    "adrenalmnist3d": "mask of an adrenal gland", "fracturemnist3d": "CT volume of a rib",
    "vesselmnist3d": "mask of a brain vessel", "synapsemnist3d": "electron microscope volume",
}  # fmt: skip


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    """The volumes of all files that are there."""
    files = {path: dataset for dataset in _SHOWN for path in sorted(folder.glob(f"{dataset}*.npz"))}
    if not files:
        raise MissingFilesError(f"'{folder}' holds none of {', '.join(f'{name}.npz' for name in _SHOWN)}.")
    return Annotations(
        pl.concat(
            multi_class(_labelled(path, dataset).lazy(), _NAME, _SHOWN[dataset], CLASSES[dataset])
            for path, dataset in files.items()
        ),
        folder,
        (
            "Volumes of grey values without densities; along which axis their first dimension runs is not published.",
            "Patients are unknown: each volume is its own group, in all sizes of it.",
        ),
    )


def _labelled(path: Path, dataset: str) -> pl.DataFrame:
    """Place, class and split of each volume of a file."""
    problem, names = f"'{path}' is not in MedMNIST layout", CLASSES[dataset]
    labels = load_arrays(path, [f"{part}_labels" for part in _PARTS], problem)
    parts: list[pl.DataFrame] = []
    for part, split in _PARTS.items():
        numbers = np.asarray(labels[f"{part}_labels"])
        flat = numbers.reshape(-1)
        whole = len(flat) == len(numbers) and np.issubdtype(numbers.dtype, np.integer)
        if not whole or not ((flat >= 0) & (flat < len(names))).all():
            raise InputError(f"{problem}: {part}_labels must be whole numbers [N, 1] from 0 to {len(names) - 1}.")
        which = pl.DataFrame({"number": range(len(flat)), "label": [names[i] for i in flat.tolist()]})
        parts.append(
            which.select(
                pl.format(f"{path.name}#{part}/{{}}", "number").alias("image"),
                pl.format(f"{dataset}/{part}/{{}}", "number").alias("group"),
                pl.lit(split).alias("split"),
                pl.col("label").cast(pl.String),
            )
        )
    return pl.concat(parts)


SOURCE = NamedSource(
    name=_NAME,
    title="MedMNIST v2, its sets of volumes (Yang et al. 2023)",
    licence="CC BY 4.0",
    get=(
        "Download 'organmnist3d.npz' and others of its 3-D files, in any size, from MedMNIST's record on Zenodo: the "
        "folder must hold one or more of them."
    ),
    read=_read,
    tasks=("multi_class",),
    groups="not known: each volume is its own group",
    splits="train, validation, test",
)
