"""One memory-mapped array a tap, guarded by a fingerprint; what is marked as done is on disk.

store.json      the fingerprint and every array's shape and dtype
done.npy        one byte a batch
<name>.npy      [N, ...]
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.files import atomic_file, atomic_folder

SETTINGS = "store.json"
DONE = "done"
# What the refusal says of each key of the fingerprint; the first that differs is named.
OTHER = {
    "model": "another model",
    "cases": "other cases",
    "prompt": "another prompt",
    "answers": "other class names or answer settings",
    "preprocessing": "another preprocessing",
    "taps": "other taps",
    "precision": "another precision",
    "batch size": "another batch size",
    "versions": "other library versions",
}

Memory = np.memmap[Any, np.dtype[Any]]


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
        self.fingerprint, self._specs = _settings(folder)
        self.names: tuple[str, ...] = tuple(name for name in self._specs if name != DONE)
        self._open: dict[str, Memory] = {name: self._map(name) for name in self._specs}
        self._done = self._open[DONE]

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
        specs = {name: _whole(cases, spec) for name, spec in arrays.items()}
        specs[DONE] = ArraySpec((batches,), "bool")
        if not folder.exists():
            _create(folder, dict(fingerprint), specs)
        store = cls(folder)
        for key in [*OTHER, *sorted({*fingerprint, *store.fingerprint} - set(OTHER))]:
            if store.fingerprint.get(key) != fingerprint.get(key):
                raise InputError(
                    f"'{folder}' was made with {OTHER.get(key, f'another {key}')} and would be mixed; "
                    "choose another --out or delete that folder."
                )
        if store._specs != specs:
            raise _damaged(folder / SETTINGS)
        return store

    def is_done(self, batch: int) -> bool:
        """Whether the batch's rows are on disk in every array."""
        return bool(self._done[batch])

    def write(self, batch: int, rows: slice, values: Mapping[str, NDArray[Any]]) -> None:
        """Write one batch into every array, then mark it."""
        for name in self.names:
            array = self._open[name]
            array[rows] = values[name]
            array.flush()
        self._done[batch] = True
        self._done.flush()

    def read(self, name: str) -> NDArray[Any]:
        """The array `[N, ...]`, memory-mapped."""
        return self._open[name]

    def _map(self, name: str) -> Memory:
        file, spec = self.folder / f"{name}.npy", self._specs[name]
        try:
            # Read-only first: opened for writing, a file that was cut off would be lengthened with zeros.
            found = np.lib.format.open_memmap(file, mode="r")
            if (found.shape, str(found.dtype)) != (spec.shape, spec.dtype):
                raise ValueError("another shape or dtype")
            return np.lib.format.open_memmap(file, mode="r+")
        except (OSError, ValueError) as error:
            raise _damaged(file) from error


def planned_bytes(cases: int, arrays: Mapping[str, ArraySpec]) -> int:
    """Bytes that the arrays of `cases` cases take on disk."""
    return sum(cases * int(np.prod(a.shape)) * np.dtype(a.dtype).itemsize for a in arrays.values())


def _whole(cases: int, spec: ArraySpec) -> ArraySpec:
    """The array of all cases."""
    return ArraySpec((cases, *spec.shape), str(np.dtype(spec.dtype)))


def _create(folder: Path, fingerprint: dict[str, str], specs: Mapping[str, ArraySpec]) -> None:
    with atomic_folder(folder) as temporary:
        for name, spec in specs.items():
            _allocate(temporary / f"{name}.npy", spec.shape, spec.dtype)
        with atomic_file(temporary / SETTINGS) as file:
            settings = {"fingerprint": fingerprint, "arrays": {name: asdict(spec) for name, spec in specs.items()}}
            file.write_text(json.dumps(settings, indent=1))


def _allocate(path: Path, shape: tuple[int, ...], dtype: str) -> None:
    """Take the space now: a sparse file on a full disk would end the process later, in the middle of a write."""
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)
    del array
    with path.open("r+b") as file:
        os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _settings(folder: Path) -> tuple[dict[str, str], dict[str, ArraySpec]]:
    """The fingerprint and the arrays, `done` among them."""
    file = folder / SETTINGS
    try:
        settings: dict[str, Any] = json.loads(file.read_text())
        arrays = {name: ArraySpec(tuple(a["shape"]), a["dtype"]) for name, a in settings["arrays"].items()}
        if DONE not in arrays:
            raise ValueError(f"no array '{DONE}'")
        return dict(settings["fingerprint"]), arrays
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> InputError:
    return InputError(f"'{file}' is missing or damaged; delete the folder '{file.parent}'.")
