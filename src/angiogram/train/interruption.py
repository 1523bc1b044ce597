"""Ctrl-C while steps are made: the one that is being made is finished and kept."""

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from angiogram.cache import Progress


@contextmanager
def between_steps(progress: Progress) -> Generator[Callable[[], bool]]:
    """Inside, the first Ctrl-C only makes `asked()` true; the second one interrupts at once.

    Outside of the main thread, where no signal arrives, and where Ctrl-C is ignored, nothing is changed.
    """
    asked = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before == signal.SIG_IGN:
        yield asked.is_set
        return

    def note(*_: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        progress("interrupted: this step is finished and kept; once more to stop at once")

    signal.signal(signal.SIGINT, note)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
