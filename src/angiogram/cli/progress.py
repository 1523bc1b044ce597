"""Progress as plain lines with the time since the start."""

import sys
import time

_START = time.monotonic()


def printed(line: str) -> None:
    """Print one line of progress to standard error."""
    print(f"[{time.monotonic() - _START:6.1f} s] {line}", file=sys.stderr, flush=True)
