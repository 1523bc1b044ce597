"""`angiogram evaluate`: what a model answers to an annotation table."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from angiogram.cli.options import ModelOptions
from angiogram.cli.progress import printed


@dataclass(frozen=True)
class Evaluate(ModelOptions):
    """Ask a model all questions of an annotation table, and score its answers.

    Each is asked three times: with its own image, without one, and with another patient's, so that a score says whether
    the image was used.

    Example: angiogram evaluate demo radiographs/annotations.parquet --out runs/radiographs
    """

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """demo, demo-tuned, demo-3d (of volumes), a folder in Hugging Face layout or of a PEFT adapter, a folder that
    `train` wrote, or a hub id, owner/name or owner/name@revision"""
    table: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="TABLE")]
    """an annotation table, a Parquet file that `angiogram data table` wrote"""
    out: Path | None = None
    """run folder, where an interrupted run is continued (default: in `runs`, named after model and table, and said)"""
    split: str | None = None
    """entries of this split, or all (default: test, where the table has one)"""
    tasks: tuple[str, ...] = ()
    """only these tasks"""
    most: int | None = None
    """at most so many entries of each task, spread evenly over the table"""
    no_controls: bool = False
    """ask with the own image only: a third of the time, but no word on whether the image was used"""
    batch_size: int | Literal["auto"] = "auto"
    """questions a forward pass; auto takes 16 on a CPU and what fits into a GPU's memory"""
    window: str = ""
    """of DICOM and NIfTI images: lung, mediastinum, bone, brain, abdomen, soft-tissue, or CENTRE/WIDTH in HU"""
    metric_weights: Path | None = None
    """folder with the weights of CheXbert, RadGraph and BERTScore, which are never downloaded"""
    pictures: Literal["auto", "all", "none"] = "auto"
    """which pictures the result holds: auto (all but those of which the file says that text is burned in), all, none"""
    seed: int = 0
    """of the exchange of images and of the resamples"""
    cache: Path | None = None
    """folder for converted models (default: the user's cache)"""

    def run(self) -> None:
        """Evaluate, write evaluate.json, evaluate.html and entries.parquet, and print the scores."""
        from angiogram.api.evaluating import evaluate_together, evaluation_folder
        from angiogram.cache import default_cache
        from angiogram.data.progress import silent
        from angiogram.evaluate.opened import Chosen
        from angiogram.evaluate.settings import EvaluationSettings
        from angiogram.imaging.read import Preparation
        from angiogram.report.evaluation.terminal import print_evaluation
        from angiogram.tap.ranks import joined_ranks

        settings = EvaluationSettings(
            seed=self.seed,
            batch_size=None if self.batch_size == "auto" else self.batch_size,
            controls=not self.no_controls,
            pictures=self.pictures,
            metric_weights=self.metric_weights,
        )
        chosen = Chosen(self.split, self.tasks, self.most)
        how = Preparation.parse(self.window) if self.window else None
        folder = self.out or evaluation_folder(self.model, self.table)
        with joined_ranks() as ranks:
            progress = printed if ranks.is_first else silent
            if self.out is None:
                progress(f"run folder: {folder}")
            found = evaluate_together(
                self.model,
                self.table,
                folder,
                chosen,
                settings,
                how=how,
                loading=self.loading(),
                cache=self.cache or default_cache(),
                progress=progress,
                ranks=ranks,
            )
        if found is not None:
            print_evaluation(found.evaluation)
            print(found.json_path)
            print(found.html_path)
