"""What was measured so far, in a file: after an interruption only the batches that it lacks are measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.train.conflict.batch import Pull
from angiogram.train.conflict.experts import Routed

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """What one batch says.

    Attributes:
        pulls: of each module, by its name.
        routed: of the connector's mixture of experts; None where it has none.
    """

    pulls: dict[str, Pull]
    routed: Routed | None


class Kept:
    """The readings of a run's first batches.

    Args:
        path: of the file; it need not be there.
        identity: of the run, by name: whatever must be equal for batches to be of one run.
    """

    def __init__(self, path: Path, identity: Mapping[str, str]) -> None:
        self.path, self.identity = path, dict(identity)

    def keep(self, readings: Sequence[Reading]) -> None:
        """Replace the file by one with these readings, of batch 0 on.

        Raises:
            InputError: the disk is full or the file cannot be written.
        """
        each = [_arrays(reading) for reading in readings]
        stacked = {name: np.stack([arrays[name] for arrays in each]) for name in each[0]}
        with atomic_file(self.path) as temporary:
            save_file(stacked, temporary, self.identity)

    def readings(self) -> list[Reading]:
        """Those that are kept; none without a file.

        Raises:
            InputError: the file is of another run, or damaged.
        """
        if not self.path.exists():
            return []
        try:
            with safe_open(self.path, "numpy") as file:
                identity = file.metadata() or {}
                stacked: Arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        except (OSError, SafetensorError) as error:
            raise InputError(f"The batches kept in '{self.path}' are damaged; delete it and run again.") from error
        if identity != self.identity:
            names = sorted(name for name in self.identity if identity.get(name) != self.identity[name])
            raise InputError(
                f"The batches kept in '{self.path}' are of another run (other are: {', '.join(names)}); choose another "
                "--out or delete it."
            )
        count = min(len(values) for values in stacked.values())
        return [_reading({name: values[batch] for name, values in stacked.items()}) for batch in range(count)]


def _arrays(reading: Reading) -> Arrays:
    """Every array by a name that says where it belongs: `pulls/MODULE/products`, `routed/use`."""
    parts: dict[str, Pull | Routed] = {f"pulls/{name}": pull for name, pull in reading.pulls.items()}
    if reading.routed is not None:
        parts["routed"] = reading.routed
    return {f"{name}/{field.name}": getattr(part, field.name) for name, part in parts.items() for field in fields(part)}


def _reading(arrays: Arrays) -> Reading:
    parts: dict[str, Arrays] = {}
    for name, values in arrays.items():
        part, _, field = name.rpartition("/")
        parts.setdefault(part, {})[field] = values
    routed = parts.pop("routed", None)
    pulls = {name.removeprefix("pulls/"): Pull(**given) for name, given in parts.items()}
    return Reading(pulls, None if routed is None else Routed(**routed))
