"""A mend in processes that die: run as a script, with the places at which each one kills itself.

usage: python -m tests.mend.several_lives MODEL CASES OUT REPAIR [RECIPE] -- [PLACE,PLACE,... ...]

A place is `line:TEXT`, before a line of progress that begins so is said, or `pass:N`, before this pass of a training.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from torch.nn.modules.module import register_module_forward_pre_hook

from angiogram.api.mending import mend
from tests.train.dying import dying


def live(model: str, cases: str, out: Path, repair: Any, recipe: str | None, place: str) -> None:
    """Mend, and die without a word at this place; nowhere where it is empty."""
    kind, _, where = place.partition(":")
    register_module_forward_pre_hook(dying(int(where) if kind == "pass" else None))

    def said(line: str) -> None:
        if kind == "line" and line.startswith(where):
            os.kill(os.getpid(), signal.SIGKILL)

    mend(
        model, cases, out, repair=repair, recipe=recipe, cache=out.parent / "cache", progress=said, folds=3,
        permutations=5, resamples=300, batch_size=8, ladder="free",
    )  # fmt: skip


def main() -> None:
    """A mend for each list of deaths, each life in a process of its own; prints how each of its lives ended."""
    split = sys.argv.index("--")
    model, cases, out, repair, *recipe = sys.argv[1:split]
    for number, deaths in enumerate(sys.argv[split + 1 :]):
        ends: list[int] = []
        for death in [*filter(None, deaths.split(",")), ""]:
            child = os.fork()
            if not child:
                live(model, cases, Path(out) / f"run{number}", repair, recipe[0] if recipe else None, death)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            ends.append(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
        print(*ends)


if __name__ == "__main__":
    main()
