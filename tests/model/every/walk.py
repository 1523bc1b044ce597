"""One model type from its folder to the end of `angiogram check`: it runs, is refused in a sentence, or breaks."""

from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Literal

import torch

from angiogram.answer.prefill import Prefill, prefill
from angiogram.check.checks import run_checks
from angiogram.check.drawn import CLASSES, QUESTION, drawn_pictures
from angiogram.check.subject import Subject
from angiogram.errors import InputError
from angiogram.model.load import load_model
from angiogram.model.prompt import prepare
from angiogram.tap.attention import check_readers, image_attention_bias, image_readers

Outcome = Literal["runs", "refused", "fails"]
MODEL = "MODEL"  # in sentences, in place of the folder


@dataclass(frozen=True)
class Found:
    """What became of a type.

    Attributes:
        outcome: all checks pass; refused before the first of them; or a check fails.
        said: the refusal, or what the failed checks say.
        known: whether it has a family file, so that nothing was traced.
        encoder, connector: their modules.
        together: whether several images go through it in one batch.
        branching: whether all class names are scored in one pass.
        cut: whether the LLM's attention to the image can be cut.
    """

    outcome: Outcome
    said: str = ""
    known: bool = False
    encoder: str = ""
    connector: str = ""
    together: bool = False
    branching: bool = False
    cut: bool = False


def walk(folder: Path, cache: Path) -> Found:
    """Load the folder as a user's, run every check, and cut the attention to the image."""
    try:
        loaded = load_model(str(folder), cache, lambda _: None)
    except InputError as error:
        return Found("refused", str(error).replace(str(folder), MODEL))
    subject = Subject(loaded, drawn_pictures()[:3], QUESTION, CLASSES)
    results = run_checks(subject, lambda _: None)
    wrong = [f"{result.name}: {result.finding.reason}" for result in results if result.finding.verdict == "wrong"]
    if wrong:
        return Found("fails", " ".join(wrong).replace(str(folder), MODEL))
    whole, cut = _first_words(subject)
    return Found(
        outcome="runs",
        known="discovered" not in loaded.anatomy.family,
        encoder=loaded.anatomy.encoder,
        connector=loaded.anatomy.connector,
        together=not subject.one_by_one,
        branching=whole.branching,
        cut=cut is not None and not torch.equal(cut.logits, whole.logits),
    )


@torch.no_grad()
def _first_words(subject: Subject) -> tuple[Prefill, Prefill | None]:
    """The first image's prompt run as it is, and with every reading of the image cut; none where it cannot be."""
    loaded = subject.loaded
    inputs = prepare(loaded.processor, subject.prompt, subject.images[:1]).to(loaded.device)
    whole = prefill(loaded, inputs)
    try:
        check_readers(loaded)
    except InputError:
        return whole, None
    with image_attention_bias(loaded, inputs, image_readers(loaded), -inf, "later"):
        return whole, prefill(loaded, inputs)
