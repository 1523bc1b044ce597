"""PathVQA: questions about pathology pictures from textbooks and a digital library (He et al. 2020).

Read from Parquet files as the Hugging Face Hub has them. The authors' own download keeps the questions as pickles,
which run code when they are opened.
"""

from pathlib import Path

from angiogram.data.annotations.named.held_questions import held_questions, shards
from angiogram.data.annotations.named.source import MissingFilesError, NamedSource, Uncertain
from angiogram.data.annotations.table import Annotations

_NAME = "path-vqa"


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    """All questions, in their three splits."""
    if not shards(folder):
        pickle = next((path for path in sorted(folder.rglob("*.pkl"))), None)
        if pickle is not None:
            raise MissingFilesError(
                f"'{pickle}' is a pickle, which can run code when it is opened, and is not read; the same questions "
                "are published as Parquet."
            )
        raise MissingFilesError(f"'{folder}' holds no data/train-*.parquet.")
    return held_questions(folder, _NAME)


SOURCE = NamedSource(
    name=_NAME,
    title="PathVQA (He et al. 2020)",
    licence="MIT for the questions; the pictures belong to the publishers of the books they are from",
    get=(
        "Download 'flaviagiammarino/path-vqa' from the Hugging Face Hub: the folder must hold 'data' with its files "
        "'train-*.parquet', 'validation-*.parquet' and 'test-*.parquet'."
    ),
    read=_read,
    tasks=("vqa",),
    groups="not known: each image is its own group",
    splits="train, validation, test",
)
