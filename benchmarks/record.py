"""One result file a measurement: what was measured, against which goal, where, and by which command."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
# What every file holds.
FIELDS = ("id", "value", "unit", "goal", "met", "spread", "contenders", "machine", "commit", "command")


def machine(device: str = "cpu") -> str:
    """Processor and cores, and the GPU where one was used; without names or addresses."""
    cpu = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.is_file():
        cpu = next((line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), cpu)
    parts = [f"{cpu}, {len(os.sched_getaffinity(0))} cores, {platform.system()}, Python {platform.python_version()}"]
    if device != "cpu":
        import torch

        parts.append(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    return ", ".join(reversed(parts))


def commit() -> str:
    """The commit that was measured."""
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def record(
    identity: str,
    value: float,
    unit: str,
    goal: str,
    met: bool,
    *,
    spread: Mapping[str, Any] | str,
    contenders: Mapping[str, Any],
    device: str = "cpu",
    measured: str | None = None,
    **more: Any,
) -> Path:
    """Write `results/<identity>.json`.

    Args:
        identity: P1, ...
        value: what the goal is about.
        unit: of the value.
        goal: in words.
        met: whether the value meets it.
        spread: of the value, as `contest.summary` gives it.
        contenders: what each of them took, as `contest.table` gives it.
        device: cpu or cuda.
        measured: the commit, where git does not say it.
        more: whatever belongs to this measurement alone.
    """
    content = {
        "id": identity,
        "value": value,
        "unit": unit,
        "goal": goal,
        "met": met,
        "spread": spread,
        "contenders": contenders,
        "machine": machine(device),
        "commit": measured or commit(),
        "command": " ".join(["python", os.path.relpath(sys.argv[0], RESULTS.parents[1]), *sys.argv[1:]]),
        **more,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{identity}.json"
    path.write_text(json.dumps(content, indent=1) + "\n")
    return path
