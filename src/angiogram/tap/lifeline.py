"""Processes that end with the one that started them, however that ends."""

import ctypes
import os
import signal

PARENT_DEATH = 1  # of Linux's prctl


def end_with_parent(parent: int) -> None:
    """Have the system kill this process when its parent is gone, also where that was killed and could say nothing.

    Args:
        parent: its process id; where it is gone already, this process ends at once.
    """
    ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
