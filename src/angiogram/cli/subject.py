"""Options of the verbs that diagnose: a model, cases, and how they are judged."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from angiogram.cli.options import CasesOptions, ModelOptions

if TYPE_CHECKING:
    from angiogram.api.subject import Asked


@dataclass(frozen=True)
class SubjectOptions(CasesOptions, ModelOptions):
    """Model, cases and how they are judged; a verb inherits the options and gives `asked()` to `opened`."""

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """demo, demo-tuned, demo-3d (of volumes), a folder in Hugging Face layout or of a PEFT adapter, a folder that
    `train` wrote, or a hub id, owner/name or owner/name@revision"""
    cases: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="CASES")]
    """phantom, phantom-volumes (for models that take volumes), a folder with one subfolder a class, a table (.csv,
    .tsv, .jsonl, .parquet) with a row an image, a MedMNIST .npz, an annotation table, NAME:FOLDER of a named source, or
    the hub id of a data set, owner/name or owner/name@revision"""
    out: Path | None = None
    """run folder, where an interrupted run is continued (default: in `runs`, named after model and cases, and said)"""
    reference: str = "none"
    """the specialist, trained here on the same split: cnn, vit, tower (the model's own vision encoder, tuned), a folder
    or hub id of an image classifier, or several of them joined by commas; a number with 0 < number <= 1; or none"""
    reference_source: str | None = None
    """where the number comes from, for instance: Smith 2024, Table 2"""
    train_cases: int | None = None
    """learn the probes on at most so many cases (in proportion to the classes)"""
    test_cases: int | None = None
    """judge on at most so many cases (in proportion to the classes)"""
    folds: int = 5
    """cross-validation folds where the cases have no split of their own"""
    margin: float = 0.05
    """the loss that matters in practice, as a fraction"""
    question: str | None = None
    """what the model is asked instead; {options} in it stands for the list of classes"""
    batch_size: int | Literal["auto"] = "auto"
    """images a forward pass; auto takes 16 on a CPU and what fits into a GPU's memory"""
    seed: int = 0
    """of folds, subsets, permutations, resamples and the random twin"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def asked(self) -> "Asked":
        """The options as `opened` takes them.

        Raises:
            InputError: an option of the model has a value that is not allowed, or two contradict each other.
        """
        from angiogram.api.subject import Asked

        return Asked(
            model=self.model,
            cases=self.cases,
            source=self.source(),
            leave_out=self.leave_out,
            loading=self.loading(),
            reference=self.reference,
            reference_source=self.reference_source,
            train_cases=self.train_cases,
            test_cases=self.test_cases,
            folds=self.folds,
            question=self.question,
            seed=self.seed,
        )

    def folder(self, before: str = "") -> Path:
        """The run folder; `before` begins the name of one that the user does not name."""
        from angiogram.api.diagnosing import default_folder

        if self.out is not None:
            return self.out
        found = default_folder(self.asked())
        return found.with_name(f"{before}{found.name}")

    def batch(self) -> int | None:
        """Images a forward pass; None for what fits."""
        return None if self.batch_size == "auto" else self.batch_size
