"""`angiogram diagnose`: the main job."""

from dataclasses import dataclass
from pathlib import Path

import tyro

from angiogram.cli.progress import printed


@dataclass(frozen=True)
class Diagnose:
    """Find where a model loses the image.

    Example: angiogram diagnose demo phantom --out runs/demo --reference cnn
    """

    model: tyro.conf.Positional[str]
    """demo, demo-tuned, a folder in Hugging Face layout, a folder that `train` wrote, or a hub id"""
    cases: tyro.conf.Positional[str]
    """phantom, a folder with one subfolder a class, or a MedMNIST .npz"""
    out: Path
    """run folder; an interrupted run in it is continued"""
    reference: str = "none"
    """the specialist: cnn (trained here on the same split), a number with 0 < number <= 1, or none"""
    train_cases: int | None = None
    """learn the probes on at most so many cases (drawn evenly over the classes)"""
    test_cases: int | None = None
    """judge on at most so many cases (drawn evenly over the classes)"""
    folds: int = 5
    """cross-validation folds where the cases have no split of their own"""
    margin: float = 0.05
    """the loss that matters in practice, as a fraction"""
    permutations: int = 100
    """label permutations for the null band"""
    batch_size: int = 16
    """images a forward pass"""
    seed: int = 0
    """of folds, subsets, permutations, resamples and the random twin"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Diagnose, write the run folder and print the result."""
        from angiogram.cache import default_cache
        from angiogram.cli.diagnosing import diagnose_one
        from angiogram.report.disk import write_report
        from angiogram.report.terminal import print_summary

        diagnosed = diagnose_one(self, self.cache or default_cache(), printed)
        report_json, report_html = write_report(diagnosed.diagnosis, self.out)
        print_summary([diagnosed.diagnosis])
        print(f"{report_html}\n{report_json}")
