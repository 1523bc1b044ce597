"""Processes that end with the one that started them, however that ends."""

import ctypes
import signal

PARENT_DEATH = 1  # of Linux's prctl


def end_with_parent() -> None:
    """Have the system kill this process when its parent is gone, also where that was killed and could say nothing."""
    ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGKILL)
