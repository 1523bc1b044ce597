"""What a training says of itself while it runs."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from angiogram.cache import Progress
from angiogram.memory import peak_memory

EVERY, SECONDS = 10, 20  # steps between two lines, and how long they are awaited where steps are slow


@dataclass(frozen=True)
class Step:
    """One optimiser step that was made.

    Attributes:
        done: steps until now, this one with them.
        steps: of the whole stage.
        loss: of the step, before it.
        tasks: mean loss of each task that was in it.
        rates: learning rate of each part.
        names: of what this process learnt from.
    """

    done: int
    steps: int
    loss: float
    tasks: Mapping[str, float]
    rates: Mapping[str, float]
    names: tuple[str, ...] = ()


Watcher = Callable[[Step], None]


class Lines:
    """A line every ten steps or twenty seconds: the loss, each task's, each part's learning rate, time left, memory.

    Args:
        progress: receives the lines.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._losses: list[float] = []
        self._tasks: defaultdict[str, list[float]] = defaultdict(list)
        self._begun, self._first = time.monotonic(), None
        self._said_at = self._begun

    def __call__(self, step: Step) -> None:
        """Say the mean since the line before."""
        if self._first is None:
            self._first = step.done - 1
        self._losses.append(step.loss)
        for task, loss in step.tasks.items():
            self._tasks[task].append(loss)
        now = time.monotonic()
        if step.done % EVERY and step.done != step.steps and now - self._said_at < SECONDS:
            return
        self._said_at = now
        self._progress("  ".join(filter(None, self._said(step, self._first, now))))
        self._losses.clear()
        self._tasks.clear()

    def _said(self, step: Step, first: int, now: float) -> list[str]:
        tasks = [f"{task} {_mean(losses):.3f}" for task, losses in sorted(self._tasks.items()) if task]
        rates = [f"{part} {rate:.1e}" for part, rate in step.rates.items() if part]
        a_step = (now - self._begun) / (step.done - first)
        left = "" if step.done == step.steps else f"{_duration(a_step * (step.steps - step.done))} left"
        return [
            f"step {step.done}/{step.steps}",
            f"loss {_mean(self._losses):.3f}",
            f"({', '.join(tasks)})" if tasks else "",
            f"learning rate {', '.join(rates)}" if rates else "",
            left,
            f"{peak_memory() / 2**30:.1f} GiB",
        ]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _duration(seconds: float) -> str:
    """
    >>> _duration(42), _duration(300), _duration(9000)
    ('42 s', '5 min', '2 h 30 min')
    """
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
