"""Which batches of a store are written, and which of them would outlast a failure of the machine.

What a process has put into a memory map outlasts its end, but not that of the machine. Waiting for the disk behind
every batch would take longer than many models do; so that is done now and then, and what was written since counts only
as long as the machine was not started anew.
"""

from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from angiogram.files import atomic_file

BOOT = "boot"
OPEN, WRITTEN, SAFE = 0, 1, 2
DTYPE = "uint8"


class Marks:
    """One byte a batch.

    Args:
        array: memory-mapped, of `DTYPE`.
        folder: the store's; its file `boot` says in which start of the machine batches were marked `WRITTEN`.
    """

    def __init__(self, array: "np.memmap[Any, np.dtype[Any]]", folder: Path) -> None:
        self._array = array
        self._file = folder / BOOT

    def __getitem__(self, batch: int) -> bool:
        return bool(self._array[batch] != OPEN)

    def written(self, batch: int) -> None:
        """All of the batch is in the memory maps."""
        self._array[batch] = WRITTEN

    def safe(self) -> None:
        """All that is marked is on the disk itself."""
        self._array[self._array == WRITTEN] = SAFE
        self._array.flush()

    def forget_unsafe(self) -> None:
        """After a new start of the machine, take back the marks of what may not have reached the disk."""
        boot = _boot()
        if self._file.is_file() and self._file.read_text() == boot:
            return
        self._array[self._array == WRITTEN] = OPEN
        self._array.flush()
        with atomic_file(self._file) as file:
            file.write_text(boot)


def _boot() -> str:
    """Identifies this start of the machine; where the system does not say, no two calls agree."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(uuid4())
