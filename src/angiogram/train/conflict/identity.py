"""What must be equal for two batches to be of one tug-of-war."""

from collections.abc import Sequence

import torch
import transformers

import angiogram
from angiogram.data.annotations.entry import Entry
from angiogram.files import sha256_of_text
from angiogram.model.load import LoadedModel


def identity_of(
    loaded: LoadedModel, entries: Sequence[Entry], modules: Sequence[str], samples: int, seed: int
) -> dict[str, str]:
    """Named digests and settings.

    The number of batches is not among them: batch k is the same in a run of any length. Nor are the pictures' files
    read for it; the table names them.

    Args:
        loaded: the model.
        entries: that batches are drawn from.
        modules: that are looked at.
        samples: of each task in a batch.
        seed: of the draws.
    """
    return {
        "model": loaded.revision,
        "precision": str(loaded.model.dtype),
        "modules": sha256_of_text("\n".join(modules)),
        "entries": sha256_of_text("\n".join(map(repr, entries))),
        "samples": str(samples),
        "seed": str(seed),
        "versions": f"angiogram {angiogram.__version__}, torch {torch.__version__}, "
        f"transformers {transformers.__version__}",
    }
