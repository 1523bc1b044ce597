"""P5: writing and reading a tap.

The pooled rows [5, 768] float32 of every tap of every case, written as a model gives them, then read tap by tap as one
array each. A tensor is what one case has at one tap:
- angiogram: the feature store, in batches of 16 cases, on the disk itself at the end (creation of the store included);
- sqlite: a database row for each tensor, committed, the tensor serialised by torch, as VLM-Lens keeps them;
- files: one `.npy` file for each tensor, left to the system to bring to disk, which the others do not do.
All on the disk of the checkout. The value is the median over the rounds of sqlite / angiogram, in microseconds a tensor
written and read. Reading ends with an array in memory for all three, though ours, a memory map, needs no copy.
"""

import io
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from contest import Turn, arguments, contest, paired, play, summary, table
from record import record

GOAL = 100.0
TAPS, BATCH, SHAPE = 64, 16, (5, 768)
CASES = {"angiogram": 64, "sqlite": 4, "files": 32}  # a committed row takes milliseconds
CONTENDERS = {
    "angiogram": "feature store, a batch of 16 at a time",
    "sqlite": "a committed row a tensor",
    "files": "a file a tensor, not forced to disk",
}
DISK = Path(__file__).parents[1] / "build"


def main() -> None:
    """Referee or contender."""
    options = arguments(__doc__ or "", rounds=5).parse_args()
    if options.contender:
        return play(lambda: part(options.contender))
    turns, failed = contest(list(CONTENDERS), [], options.rounds)
    spread = paired(turns["sqlite"], turns["angiogram"], "both")
    parts = {
        step: {name: summary([turn[step] for turn in found]) for name, found in turns.items()}
        for step in ("write", "read")
    }
    path = record(
        "P5",
        spread["median"],
        "x faster than a database row a tensor",
        f"at least {GOAL:g}, read through a memory map",
        spread["median"] >= GOAL and all(turn["mapped"] for turn in turns["angiogram"]),
        spread=spread,
        contenders=table(turns, failed, CONTENDERS, "angiogram", "both", "us a tensor"),
        measured=options.commit,
        microseconds_a_tensor=parts,
        cases=CASES,
        taps=TAPS,
    )
    print(path)


def part(contender: str) -> Callable[[], Turn]:
    """Microseconds a tensor of one contender."""
    way = {"angiogram": store, "sqlite": database, "files": files}[contender]
    tensors = np.random.default_rng(0).standard_normal((CASES[contender], TAPS, *SHAPE), dtype=np.float32)
    DISK.mkdir(exist_ok=True)

    def turn() -> Turn:
        with tempfile.TemporaryDirectory(dir=DISK) as folder:
            start = time.perf_counter()
            read = way(Path(folder), tensors)
            written = time.perf_counter()
            found, mapped = read()
            end = time.perf_counter()
        assert np.array_equal(np.stack(found, axis=1), tensors)
        each = 1e6 / len(tensors) / TAPS
        return {
            "write": each * (written - start),
            "read": each * (end - written),
            "both": each * (end - start),
            "mapped": mapped,
        }

    return turn


Read = Callable[[], tuple[list[Any], bool]]  # an array a tap, and whether they are memory maps


def store(folder: Path, tensors: np.ndarray[Any, Any]) -> Read:
    """Ours."""
    from angiogram.tap.store import FAILED, ArraySpec, FeatureStore

    count, specs = len(tensors), {f"tap.{tap}": ArraySpec(SHAPE) for tap in range(TAPS)}
    kept = FeatureStore.open(folder / "store", {}, count, count // BATCH, lambda: specs)
    for number in range(count // BATCH):
        rows = range(number * BATCH, (number + 1) * BATCH)
        values = {name: tensors[rows.start : rows.stop, tap] for tap, name in enumerate(specs)}
        kept.write(number, rows, {**values, FAILED: np.zeros(BATCH, np.int16)})
    kept.sync()

    def read() -> tuple[list[Any], bool]:
        again = FeatureStore(folder / "store")
        found = [again.read(name) for name in specs]
        return [np.array(tap) for tap in found], all(isinstance(tap, np.memmap) for tap in found)

    return read


def database(folder: Path, tensors: np.ndarray[Any, Any]) -> Read:
    """A row a tensor."""
    import torch

    connection = sqlite3.connect(folder / "tensors.db")
    connection.execute("CREATE TABLE tensors (name TEXT, tap INTEGER, tensor BLOB)")
    for number, case in enumerate(tensors):
        for tap, tensor in enumerate(case):
            packed = io.BytesIO()
            torch.save(torch.from_numpy(tensor), packed)
            connection.execute("INSERT INTO tensors VALUES (?, ?, ?)", (str(number), tap, packed.getvalue()))
            connection.commit()

    def one(tap: int) -> Any:
        rows = connection.execute("SELECT tensor FROM tensors WHERE tap = ? ORDER BY rowid", (tap,))
        return np.stack([torch.load(io.BytesIO(packed)).numpy() for (packed,) in rows])

    return lambda: ([one(tap) for tap in range(TAPS)], False)


def files(folder: Path, tensors: np.ndarray[Any, Any]) -> Read:
    """A file a tensor."""
    for number, case in enumerate(tensors):
        for tap, tensor in enumerate(case):
            np.save(folder / f"{tap}-{number}.npy", tensor)

    def one(tap: int) -> Any:
        return np.stack([np.load(folder / f"{tap}-{number}.npy") for number in range(len(tensors))])

    return lambda: ([one(tap) for tap in range(TAPS)], False)


if __name__ == "__main__":
    main()
