"""A reference is trained once: what it says is kept in the cache, with its provenance."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from angiogram.cache import cached_folder
from angiogram.files import sha256_of_text
from angiogram.train.references.task import Learned, Rows, Task, Training


def taught(name: str, task: Task, train: Rows, training: Training, identity: str) -> str:
    """Digest of all that a trained reference depends on: what it is, its settings, images and labels."""
    shown = [(task.hashes[row], task.cases.rows[row].label) for row in train]
    return sha256_of_text(json.dumps([name, asdict(training), identity, task.cases.classes, shown]))


def kept(
    name: str, task: Task, train: Rows, test: Rows, training: Training, identity: str, learn: Callable[[Path], Learned]
) -> Learned:
    """What was learnt before from the same images, labels and settings for the same images, else `learn(checkpoint)`.

    Args:
        name: of the reference.
        task: cases and cache.
        train, test: rows to learn from and to judge.
        training: the settings; a reference may choose within them how long it learns.
        identity: of what else the result depends on.
        learn: trains, going on from the checkpoint where one is there.

    Raises:
        InputError: what is kept is damaged, or the disk is full.
    """
    cases = task.cases
    parts = [taught(name, task, train, training, identity), [task.hashes[row] for row in test]]
    folder = task.cache / f"reference-{name}-{sha256_of_text(json.dumps(parts))[:16]}"
    checkpoint = folder.with_suffix(".checkpoint")

    def make(made: Path) -> None:
        learned = learn(checkpoint)
        np.save(made / "predicted.npy", learned.predicted)
        provenance = {
            **asdict(learned.training),
            "cases": cases.name,
            "images": len(train),
            "classes": list(cases.classes),
        }
        (made / "provenance.json").write_text(json.dumps({**provenance, "curve": learned.curve}, indent=1))

    cached_folder(folder, make)
    shutil.rmtree(checkpoint, ignore_errors=True)
    provenance = json.loads((folder / "provenance.json").read_text())
    how = Training(**{field.name: provenance[field.name] for field in fields(Training)})
    return Learned(np.load(folder / "predicted.npy"), how, tuple(provenance["curve"]))
