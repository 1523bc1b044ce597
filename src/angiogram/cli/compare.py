"""`angiogram compare`: what changes between runs on the same cases."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Compare:
    """Compare runs on the same cases, paired case by case: two models, before and after tuning, two prompts.

    The first run is the baseline of all others. Runs on different cases are refused. The example compares the two runs
    that `angiogram demo` leaves.

    Example: angiogram compare runs/demo runs/demo-tuned
    """

    runs: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="RUN RUN [RUN ...]")]
    """folders that `diagnose` or `demo` wrote, the baseline first"""
    out: Path | None = None
    """folder for compare.json and compare.html (default: compare, beside the first run)"""

    def run(self) -> None:
        """Compare, write both files and print the result."""
        from angiogram.api.comparing import compare
        from angiogram.report.comparison.terminal import print_comparison

        compared = compare(*self.runs)
        compare_json, compare_html = compared.write(self.out or _beside(self.runs[0]))
        print_comparison(compared.comparison)
        print(f"{compare_html}\n{compare_json}")


def _beside(run: Path) -> Path:
    return (run if run.name not in ("", "..") else run.resolve()).parent / "compare"
