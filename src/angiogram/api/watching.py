"""What a training says of itself besides its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.cache import Progress
from angiogram.errors import InputError

if TYPE_CHECKING:
    from angiogram.train.stages import Running
    from angiogram.train.watching import Watcher

DYNAMICS_FILE, SAMPLES_FILE = "dynamics.jsonl", "samples.jsonl"  # beside a stage's folder, behind its name
LOGS_FOLDER = "logs"


@dataclass(frozen=True)
class Watching:
    """What a training says of itself besides its lines.

    Attributes:
        dynamics: steps between two looks at the spectra of gradients; None for no look.
        samples: steps between two rounds of answers; None for none.
        logs: trackers that are told of each step, "tensorboard" and "trackio".
    """

    dynamics: int | None = None
    samples: int | None = None
    logs: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse what is no number of steps, and trackers that are not there.

        Raises:
            InputError: names it.
        """
        from angiogram.train.logged import check_logs

        for name, every in (("dynamics", self.dynamics), ("samples", self.samples)):
            if every is not None and every < 1:
                raise InputError(f"--{name} {every} is no number of steps; give 1 or more.")
        check_logs(self.logs)


def watchers(watching: Watching, progress: Progress, running: "Running") -> Sequence["Watcher"]:
    """What is told of a stage's steps."""
    from angiogram.train.dynamics.along import Along
    from angiogram.train.logged import Logged
    from angiogram.train.rows import Rows
    from angiogram.train.samples import Samples

    found: list[Watcher] = []

    def beside(file: str) -> Path:
        return running.folder.with_name(f"{running.folder.name}.{file}")

    if watching.dynamics is not None:
        along = Along(running.loaded, running.draw, watching.dynamics)
        found.append(Rows(beside(DYNAMICS_FILE), along))
    if watching.samples is not None:
        found.append(Rows(beside(SAMPLES_FILE), Samples(running.loaded, running.draw, watching.samples, progress)))
    if watching.logs:
        found.append(Logged(watching.logs, running.folder.parent / LOGS_FOLDER / running.folder.name))
    return found
