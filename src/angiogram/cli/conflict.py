"""`angiogram conflict`: how the tasks of a table pull on a model's parts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from angiogram.cli.options import ModelOptions
from angiogram.cli.progress import printed


@dataclass(frozen=True)
class Conflict(ModelOptions):
    """Measure the tug-of-war between tasks: how their gradients pull on encoder, connector and each block of the LLM.

    GD is the cosine of two tasks' mean gradients (below 0 they are in conflict), GM how balanced their lengths are, and
    a task's index the sum of GD GM over all tasks (Uni-Med, arXiv 2409.17508), each with an interval over batches. Of a
    connector that is a mixture of experts, also how it is routed and how alike its experts are.

    Example: angiogram conflict demo radiographs/annotations.parquet --out conflict.json --batches 20
    """

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """demo, demo-tuned, demo-3d (of volumes), a folder in Hugging Face layout or of a PEFT adapter, a folder that
    `train` wrote, or a hub id, owner/name or owner/name@revision"""
    table: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="TABLE")]
    """an annotation table, a Parquet file that `angiogram data table` wrote"""
    out: Path = Path("conflict.json")
    """the file to write; beside it, in NAME.batches, lies meanwhile what an interrupted run is continued from"""
    split: str = "train"
    """entries of this split, or all"""
    tasks: tuple[str, ...] = ()
    """only these tasks"""
    batches: int = 100
    """over which the intervals are"""
    samples: int = 2
    """entries of each task in a batch"""
    window: str = ""
    """of DICOM and NIfTI images: lung, mediastinum, bone, brain, abdomen, soft-tissue, or CENTRE/WIDTH in HU"""
    seed: int = 0
    """of the draws"""
    cache: Path | None = None
    """folder for converted models (default: the user's cache)"""

    def run(self) -> None:
        """Measure, write conflict.json and print the indexes."""
        from angiogram.api.conflicting import conflict
        from angiogram.cache import default_cache
        from angiogram.evaluate.opened import Chosen
        from angiogram.imaging.read import Preparation
        from angiogram.report.tug_of_war import print_tug_of_war

        found = conflict(
            self.model,
            self.table,
            self.out,
            Chosen(self.split, self.tasks),
            batches=self.batches,
            samples=self.samples,
            seed=self.seed,
            how=Preparation.parse(self.window),
            loading=self.loading(),
            cache=self.cache or default_cache(),
            progress=printed,
        )
        print_tug_of_war(found)
        print(self.out)
