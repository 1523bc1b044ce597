"""One memory-mapped array a tap, guarded by a fingerprint; what is marked as done is on disk.

store.json      the fingerprint and the arrays' shapes
done.npy        one byte a batch
<name>.npy      [N, ...]
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.files import atomic_file, atomic_folder

SETTINGS = "store.json"


@dataclass(frozen=True)
class ArraySpec:
    """Shape of one case's entry and its numpy dtype."""

    shape: tuple[int, ...]
    dtype: str = "float32"


class FeatureStore:
    """Arrays over the same N cases, written batch by batch, in any order, and continued after an interruption.

    Use `FeatureStore.open`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = _settings(folder)
        self.fingerprint: dict[str, str] = settings["fingerprint"]
        self.names: tuple[str, ...] = tuple(settings["arrays"])
        self._open: dict[str, NDArray[Any]] = {}
        self._done: NDArray[np.bool_] = self._map("done")

    @classmethod
    def open(
        cls,
        folder: Path,
        fingerprint: Mapping[str, str],
        cases: int,
        batches: int,
        arrays: Mapping[str, ArraySpec],
    ) -> "FeatureStore":
        """Create the store, or continue one with the same fingerprint.

        Raises:
            InputError: the folder holds features of something else (the message says what differs), is damaged, or
                the disk cannot hold the planned bytes.
        """
        if not folder.exists():
            _create(folder, dict(fingerprint), cases, batches, arrays)
        store = cls(folder)
        for key in sorted({*fingerprint, *store.fingerprint}):
            if store.fingerprint.get(key) != fingerprint.get(key):
                raise InputError(
                    f"'{folder}' holds features with another {key} and would be mixed; "
                    "choose another --out or delete that folder."
                )
        return store

    def is_done(self, batch: int) -> bool:
        """Whether the batch's rows are on disk in every array."""
        return bool(self._done[batch])

    def write(self, batch: int, rows: slice, values: Mapping[str, NDArray[Any]]) -> None:
        """Write one batch into every array, then mark it."""
        for name in self.names:
            array = self._map(name)
            array[rows] = values[name]
            array.flush()  # type: ignore[attr-defined] # a memmap
        self._done[batch] = True
        self._done.flush()  # type: ignore[attr-defined]

    def read(self, name: str) -> NDArray[Any]:
        """The array `[N, ...]`, memory-mapped."""
        return self._map(name)

    def _map(self, name: str) -> NDArray[Any]:
        if name not in self._open:
            file = self.folder / f"{name}.npy"
            try:
                self._open[name] = np.load(file, mmap_mode="r+")
            except (OSError, ValueError) as error:
                raise InputError(f"'{file}' is missing or damaged; delete the folder '{self.folder}'.") from error
        return self._open[name]


def planned_bytes(cases: int, arrays: Mapping[str, ArraySpec]) -> int:
    """Bytes that the arrays of `cases` cases take on disk."""
    return sum(cases * int(np.prod(a.shape)) * np.dtype(a.dtype).itemsize for a in arrays.values())


def _create(
    folder: Path, fingerprint: dict[str, str], cases: int, batches: int, arrays: Mapping[str, ArraySpec]
) -> None:
    with atomic_folder(folder) as temporary:
        for name, spec in arrays.items():
            _allocate(temporary / f"{name}.npy", (cases, *spec.shape), spec.dtype)
        _allocate(temporary / "done.npy", (batches,), "bool")
        with atomic_file(temporary / SETTINGS) as file:
            settings = {"fingerprint": fingerprint, "arrays": list(arrays)}
            file.write_text(json.dumps(settings, indent=1))


def _allocate(path: Path, shape: tuple[int, ...], dtype: str) -> None:
    """Take the space now: a sparse file on a full disk would end the process later, in the middle of a write."""
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)
    del array
    with path.open("r+b") as file:
        os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _settings(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / SETTINGS).read_text())
    except (OSError, ValueError) as error:
        raise InputError(f"'{folder}' is not a feature store: {SETTINGS} is missing or damaged.") from error
