"""dynamics.jsonl: a line a module and step, which an interrupted training goes on writing where it goes on learning."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from angiogram.errors import InputError
from angiogram.files import atomic_file, writing_to
from angiogram.plain import built, plain
from angiogram.train.dynamics.measure import ModuleSpectrum


@dataclass(frozen=True)
class Row:
    """What one batch says of one module.

    Attributes:
        step: steps of the optimiser before it.
        module: its name, or `all` for all that is trained.
        n: samples of the batch; both numbers depend on it.
        entropy: spectral entropy, natural logarithm, from 0 to log n.
        dominant: dominant-eigenvalue ratio, from 1 / n to 1.
    """

    step: int
    module: str
    n: int
    entropy: float
    dominant: float


def rows_of(step: int, spectra: Iterable[ModuleSpectrum]) -> list[Row]:
    """The rows of one step.

    >>> from angiogram.train.dynamics.spectrum import Spectrum
    >>> rows_of(50, [ModuleSpectrum("all", Spectrum(n=4, entropy=1.0, dominant=0.5))])
    [Row(step=50, module='all', n=4, entropy=1.0, dominant=0.5)]
    """
    return [Row(step, each.module, each.spectrum.n, each.spectrum.entropy, each.spectrum.dominant) for each in spectra]


def read_rows(path: Path) -> list[Row]:
    """All rows of a file, in its order; a last line that was not finished is none.

    Raises:
        InputError: the file cannot be read, or a finished line is no row.
    """
    try:
        whole = path.read_text("utf-8").rpartition("\n")[0]
        return [built(Row, json.loads(line)) for line in whole.splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"'{path}' is no readable record of training dynamics; delete it or name another.") from error


class Record:
    """Appends to `dynamics.jsonl`.

    Args:
        path: of the file; it need not be there.
        step: steps done when the training starts or goes on; rows beyond it are dropped, they come again.

    Attributes:
        last: the last step that has rows; -1 without any. It need not be measured again.

    Raises:
        InputError: what is there cannot be read or written.
    """

    def __init__(self, path: Path, step: int) -> None:
        self.path = path
        kept = [row for row in read_rows(path) if row.step <= step] if path.exists() else []
        self.last = max((row.step for row in kept), default=-1)
        with atomic_file(path) as temporary:
            temporary.write_text(_lines(kept), "utf-8")

    def add(self, rows: Iterable[Row]) -> None:
        """Write the rows of one step in one go.

        Raises:
            InputError: the disk is full or the file cannot be written.
        """
        given = list(rows)
        with writing_to(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(_lines(given))
        self.last = max([self.last, *(row.step for row in given)])


def _lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(plain(row)) + "\n" for row in rows)
