"""One result file a measurement: what was measured, against which goal, where, and by which command."""

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch

RESULTS = Path(__file__).parent / "results"


def machine() -> str:
    """Processor, cores and thread count, without names or addresses."""
    cpu = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.is_file():
        cpu = next((line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), cpu)
    return f"{cpu}, {torch.get_num_threads()} threads, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """The commit that was measured."""
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def record(identity: str, value: float, unit: str, goal: str, met: bool, **more: Any) -> Path:
    """Write `results/<identity>.json`."""
    content = {
        "id": identity,
        "value": value,
        "unit": unit,
        "goal": goal,
        "met": met,
        "machine": machine(),
        "commit": commit(),
        "command": " ".join(["python", *sys.argv]),
        **more,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{identity}.json"
    path.write_text(json.dumps(content, indent=1) + "\n")
    return path
