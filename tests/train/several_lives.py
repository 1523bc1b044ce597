"""A training in processes that die: run as a script, with the number of the pass at which each one kills itself.

usage: python -m tests.train.several_lives MODEL TABLE OUT [PASS,PASS,... ...]
"""

import os
import sys
from pathlib import Path

from torch.nn.modules.module import register_module_forward_pre_hook

from angiogram.api.training import train_together
from angiogram.data.progress import silent
from angiogram.train.recipe import PartTraining, Recipe, Stage
from angiogram.train.rows import read_rows
from angiogram.train.stages import STEPS_FILE
from tests.train.dying import dying

PASSES = 2
STAGE = Stage(
    "tuned",
    steps=14,
    batch_size=4,
    parts={"connector": PartTraining("full", 1e-3), "llm": PartTraining("lora", 1e-2, 2, 4)},
    accumulate=PASSES,
    augment=True,
    keep_every=2,
)


def live(model: str, table: str, out: Path, last: int | None) -> None:
    """Train, and die without a word before this pass over the model; the life's own first is 1."""
    register_module_forward_pre_hook(dying(last))
    recipe = Recipe("lives", 3, (STAGE,), model=model, data=table)
    train_together(recipe, out, cache=out.parent / "cache", progress=silent)


def main() -> None:
    """A training for each list of deaths, each life in a process of its own.

    Prints how each of its lives ended, and how many steps had left their rows by then: `-9@10 0@14`.
    """
    model, table, out, *runs = sys.argv[1:]
    for deaths in runs:
        ends: list[str] = []
        for death in [*map(int, filter(None, deaths.split(","))), None]:
            folder = Path(out) / f"run{deaths}"
            child = os.fork()
            if not child:
                live(model, table, folder, death)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            end = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            ends.append(f"{end}@{len(read_rows(folder / f'{STAGE.name}.{STEPS_FILE}'))}")
        print(*ends)


if __name__ == "__main__":
    main()
