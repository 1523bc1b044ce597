"""Steps in TensorBoard or trackio, by Accelerate's trackers."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from accelerate.tracking import GeneralTracker, TensorBoardTracker, TrackioTracker

from angiogram.errors import InputError, unknown
from angiogram.train.watching import Step

LOGS = ("tensorboard", "trackio")


class Logged:
    """Tells trackers of each step: loss, that of each task, learning rate of each part.

    Args:
        names: of trackers, in `LOGS`.
        folder: where TensorBoard's files go; its name is the run's.

    Raises:
        InputError: there is no such tracker, or its package is not installed.
    """

    def __init__(self, names: Sequence[str], folder: Path) -> None:
        self._trackers = [_tracker(name, folder) for name in names]
        for tracker in self._trackers:
            tracker.start()

    def __call__(self, step: Step) -> None:
        """Log the step; the last one ends the run."""
        values: dict[str, Any] = {
            "loss": step.loss,
            **{f"loss/{task}": loss for task, loss in step.tasks.items() if task},
            **{f"learning rate/{part}": rate for part, rate in step.rates.items() if part},
        }
        for tracker in self._trackers:
            tracker.log(values, step=step.done)
            if step.done == step.steps:
                tracker.finish()


def check_logs(names: Sequence[str]) -> None:
    """Refuse trackers that cannot be told.

    Raises:
        InputError: there is no such tracker, or its package is not installed.
    """
    for name in names:
        if name not in LOGS:
            raise unknown("place to log to", name, LOGS)
        if find_spec(name) is None:
            raise InputError(f"Logging to {name} needs its package: `pip install 'angiogram[log]'`.")


def _tracker(name: str, folder: Path) -> GeneralTracker:
    if name == "tensorboard":
        folder.mkdir(parents=True, exist_ok=True)
        return TensorBoardTracker(folder.name, logging_dir=folder.parent)
    return TrackioTracker(folder.parent.parent.name, name=folder.name)
