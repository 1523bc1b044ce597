"""One memory-mapped array a tap, guarded by a fingerprint; what is marked as done is on disk.

store.json      the fingerprint and every array's shape and dtype
done.npy, boot  which batches are written (see `marks`)
failed.npy      [N], 0 for a case that is whole, else why it is not (see `work.reason`)
<name>.npy      [N, ...]
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.files import atomic_file, atomic_folder, writing_to
from angiogram.tap.marks import DTYPE, Marks

FEATURES = "features"  # the folder of the store in a run folder
SETTINGS = "store.json"
FORMAT = 2  # counts up when the files change; stores in the user's cache are named by it
DONE, FAILED = "done", "failed"
EVERY = 30.0  # seconds between two waits for the disk
BATCH_SIZE = "batch size"
# What the refusal says of each key of the fingerprint; the first that differs is named.
OTHER = {
    "model": "another model",
    "cases": "other cases",
    "prompt": "another prompt",
    "answers": "other class names or answer settings",
    "preprocessing": "another preprocessing",
    "taps": "other taps",
    "precision": "another precision",
    BATCH_SIZE: "another batch size",
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

    Use `FeatureStore.open` to fill one; `FeatureStore(folder, "r")` only reads what is there.

    Raises:
        InputError: the folder is missing or damaged.
    """

    def __init__(self, folder: Path, mode: Literal["r", "r+"] = "r+") -> None:
        self.folder = folder
        self._mode: Literal["r", "r+"] = mode
        self.fingerprint, self._specs = _settings(folder)
        self.names: tuple[str, ...] = tuple(name for name in self._specs if name not in (DONE, FAILED))
        self._open: dict[str, Memory] = {name: self._map(name) for name in self._specs}
        self._done = Marks(self._open[DONE], folder)
        self._rows: NDArray[np.int64] | None = None
        self._waited = time.monotonic()

    @classmethod
    def open(
        cls,
        folder: Path,
        fingerprint: Mapping[str, str],
        cases: int,
        batches: int,
        arrays: Callable[[], Mapping[str, ArraySpec]],
    ) -> "FeatureStore":
        """Create the store, or continue one with the same fingerprint.

        Args:
            folder: of the store.
            fingerprint: what its features depend on.
            cases: N.
            batches: into which they are cut.
            arrays: the arrays to keep; called only when the store is created.

        Raises:
            InputError: the folder holds features of something else (the message says what differs), is damaged, or
                the disk cannot hold the planned bytes.
        """
        if not folder.exists():
            specs = {name: _whole(cases, spec) for name, spec in arrays().items()}
            alone = {FAILED: ArraySpec((cases,), "int16"), DONE: ArraySpec((batches,), DTYPE)}
            _create(folder, dict(fingerprint), specs | alone)
        store = cls(folder)
        for key in [*OTHER, *sorted({*fingerprint, *store.fingerprint} - set(OTHER))]:
            if store.fingerprint.get(key) != fingerprint.get(key):
                raise InputError(
                    f"'{folder}' was made with {OTHER.get(key, f'another {key}')} and would be mixed; "
                    "choose another --out or delete that folder."
                )
        if any(spec.shape[0] != (batches if name == DONE else cases) for name, spec in store._specs.items()):
            raise _damaged(folder / SETTINGS)
        with writing_to(folder):
            store._done.forget_unsafe()
        return store

    @property
    def arrays(self) -> dict[str, ArraySpec]:
        """What is kept of each case, without `failed`, in order."""
        return {name: ArraySpec(self._specs[name].shape[1:], self._specs[name].dtype) for name in self.names}

    def is_done(self, batch: int) -> bool:
        """Whether the batch's rows are in every array."""
        return self._done[batch]

    def write(self, batch: int, rows: Sequence[int], values: Mapping[str, NDArray[Any]]) -> None:
        """Write one batch into every array, `failed` among them, then mark it.

        Raises:
            InputError: the disk fails.
        """
        with writing_to(self.folder):
            for name in (*self.names, FAILED):
                self._open[name][list(rows)] = values[name]
            self._done.written(batch)
        if time.monotonic() - self._waited > EVERY:
            self.sync()

    def sync(self) -> None:
        """Wait until all that was written is on the disk itself.

        Raises:
            InputError: the disk fails.
        """
        with writing_to(self.folder):
            for name in (*self.names, FAILED):
                self._open[name].flush()
            self._done.safe()
        self._waited = time.monotonic()

    def read(self, name: str) -> NDArray[Any]:
        """The array `[N, ...]`, memory-mapped; of a selection a copy of its rows."""
        return self._open[name] if self._rows is None else self._open[name][self._rows]

    @property
    def rows(self) -> NDArray[np.int64]:
        """Numbers of the rows that are read, `[N]`: all, or those of a selection."""
        return np.arange(self._specs[FAILED].shape[0]) if self._rows is None else self._rows

    def select(self, rows: NDArray[np.int64]) -> "FeatureStore":
        """The same store, of which only these rows are read."""
        selection = copy(self)
        selection._rows = rows
        return selection

    def _map(self, name: str) -> Memory:
        file, spec = self.folder / f"{name}.npy", self._specs[name]
        try:
            # Read-only first: opened for writing, a file that was cut off would be lengthened with zeros.
            found = np.lib.format.open_memmap(file, mode="r")
            if (found.shape, str(found.dtype)) != (spec.shape, spec.dtype):
                raise ValueError("another shape or dtype")
            return found if self._mode == "r" else np.lib.format.open_memmap(file, mode="r+")
        except (OSError, ValueError) as error:
            raise _damaged(file) from error


def stored_batch_size(folder: Path) -> int | None:
    """The batch size of the store in this folder; None where there is none.

    Raises:
        InputError: the store is damaged.
    """
    if not folder.exists():
        return None
    fingerprint, _ = _settings(folder)
    try:
        return int(fingerprint[BATCH_SIZE])
    except (KeyError, ValueError) as error:
        raise _damaged(folder / SETTINGS) from error


def planned_bytes(cases: int, arrays: Mapping[str, ArraySpec]) -> int:
    """Bytes that the arrays of `cases` cases take on disk."""
    return sum(cases * int(np.prod(a.shape)) * np.dtype(a.dtype).itemsize for a in arrays.values())


def readable_bytes(count: float) -> str:
    """A number of bytes with a unit.

    >>> readable_bytes(235_429), readable_bytes(3.1e9)
    ('235 kB', '3.1 GB')
    """
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.2g} {unit}" if count < 10 * size else f"{count / size:.0f} {unit}"
    return f"{count:.0f} bytes"


def _whole(cases: int, spec: ArraySpec) -> ArraySpec:
    """The array of all cases."""
    return ArraySpec((cases, *spec.shape), str(np.dtype(spec.dtype)))


def _create(folder: Path, fingerprint: dict[str, str], specs: Mapping[str, ArraySpec]) -> None:
    with atomic_folder(folder, keep_existing=True) as temporary:
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
        if missing := {DONE, FAILED} - set(arrays):
            raise ValueError(f"no array {missing}")
        return dict(settings["fingerprint"]), arrays
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> InputError:
    return InputError(f"'{file}' is missing or damaged; delete the folder '{file.parent}'.")
