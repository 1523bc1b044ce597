"""Progress of a long pass as whole lines, with the time that is left."""

import time
from collections import deque
from collections.abc import Callable

from angiogram.cache import Progress

EVERY = 5.0  # seconds between lines
RECENT = 20  # batches that the rate is taken over


class Pace:
    """Counts cases and says now and then how many are done and how long the others will take.

    Args:
        name: what the lines begin with.
        total: cases in all.
        done: cases that were done before.
        progress: receives the lines.
        clock: seconds; for tests.
    """

    def __init__(
        self, name: str, total: int, done: int, progress: Progress, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name, self._total, self._done = name, total, done
        self._progress, self._clock = progress, clock
        self._recent = deque([(clock(), done)], maxlen=RECENT + 1)
        self._said = float("-inf")

    def advance(self, cases: int) -> None:
        """Count a batch; say so if it is the first or the last or the last line is `EVERY` seconds old."""
        now = self._clock()
        self._done += cases
        self._recent.append((now, self._done))
        if self._done < self._total and now - self._said < EVERY:
            return
        self._said = now
        (start, before), left = self._recent[0], self._total - self._done
        ending = f", {minutes(left * (now - start) / (self._done - before))} left" if left else ""
        self._progress(f"{self._name}: {self._done}/{self._total} cases{ending}")


def minutes(seconds: float) -> str:
    """A duration as a clock shows it.

    >>> minutes(100), minutes(7384)
    ('1:40', '2:03:04')
    """
    whole, rest = divmod(round(seconds), 60)
    hours, whole = divmod(whole, 60)
    return f"{hours}:{whole:02}:{rest:02}" if hours else f"{whole}:{rest:02}"
