"""What a user asks of a diagnosis."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from angiogram.cli.options import ModelOptions


@dataclass(frozen=True)
class Request(ModelOptions):
    """Model, cases, run folder and every choice; the fields are the options of `angiogram diagnose`."""

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """demo, demo-tuned, a folder in Hugging Face layout, a folder that `train` wrote, or a hub id, owner/name or
    owner/name@revision"""
    cases: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="CASES")]
    """phantom, a folder with one subfolder a class, or a MedMNIST .npz"""
    out: Path
    """run folder; an interrupted run in it is continued"""
    reference: str = "none"
    """the specialist: cnn, vit or tower (the model's own vision encoder, tuned), trained here on the same split, or
    several of them joined by commas; a number with 0 < number <= 1; or none"""
    reference_source: str | None = None
    """where the number comes from, for instance: Smith 2024, Table 2"""
    train_cases: int | None = None
    """learn the probes on at most so many cases (in proportion to the classes)"""
    test_cases: int | None = None
    """judge on at most so many cases (in proportion to the classes)"""
    folds: int = 5
    """cross-validation folds where the cases have no split of their own"""
    probe: str = "ridge"
    """what reads the curve: ridge (closed form), logistic, or mlp (the published study's; slow)"""
    margin: float = 0.05
    """the loss that matters in practice, as a fraction"""
    question: str | None = None
    """what the model is asked instead; {options} in it stands for the list of classes"""
    orders: int = 1
    """rotated orders in which the options are asked; each after the first costs one more pass"""
    remedies: bool = False
    """also try the remedies that cost passes: another prompt and a re-fitted connector; it takes about as long again"""
    other_questions: tuple[str, ...] = ()
    """questions to try with --remedies in place of our own; {options} in them stands for the list of classes"""
    causal: int = 0
    """also test on at most so many evaluated cases (96 is enough for most) whether the model uses what probes find, by
    cutting off and exchanging images inside the language model; dozens of passes for each of them"""
    permutations: int = 100
    """label permutations for the null band"""
    batch_size: int | Literal["auto"] = "auto"
    """images a forward pass; auto takes 16 on a CPU and what fits into a GPU's memory"""
    seed: int = 0
    """of folds, subsets, permutations, resamples and the random twin"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""
