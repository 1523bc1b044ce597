"""Trains the specialist of `angiogram demo` again, on the cases that its probes learn from by default, and writes it.

`make demo-model` puts it in place.
"""

import sys
from pathlib import Path

import numpy as np

from angiogram.cache import default_cache
from angiogram.cli.demo import Demo
from angiogram.cli.progress import printed
from angiogram.data.divide import divide
from angiogram.data.intake import examine
from angiogram.data.phantom import phantom_cases
from angiogram.data.splits import subset
from angiogram.model.load import load_model
from angiogram.train.references.scratch import write_cnn
from angiogram.train.references.task import Task


def main(folder: Path) -> None:
    """Train and write."""
    cache = default_cache()
    cases = subset(phantom_cases(cache), Demo.train_cases, Demo.test_cases, 0)
    examined, splits = divide(examine(cases, printed), 5, 0)
    task = Task(examined.cases, examined.hashes, load_model("demo", cache, printed), cache, printed)
    ((train, _),) = splits.pairs
    write_cnn(task, np.asarray(train), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
