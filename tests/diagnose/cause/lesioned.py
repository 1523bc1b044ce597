"""Tiny models of which it is known where they read the image, and cases that they answer right by construction."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from angiogram.data.cases import Case, Cases
from angiogram.diagnose.cause.asking import Asking, asking
from angiogram.diagnose.collect.plan import plan
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel, load_model
from tests.model.tiny import write_tiny
from tests.model.tiny.write import LLM

CLASSES = ("left kidney", "right kidney", "liver", "left lung")
SHAPES = ((56, 56),)


def deep(folder: Path, blocks: int) -> LoadedModel:
    """A tiny LLaVA of so many LLM blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(LLM, "num_hidden_layers", blocks)
        write_tiny("llava", folder)
    return load_model(str(folder), folder, print)


def reads_only_in(loaded: LoadedModel, blocks: set[int]) -> LoadedModel:
    """No other block's attention says anything any more, so that nothing of the image leaves its tokens there."""
    for number, path in enumerate(loaded.anatomy.llm_blocks):
        if number not in blocks:
            with torch.no_grad():
                loaded.model.get_submodule(path).self_attn.o_proj.weight.zero_()
    return loaded


def pictures_of(count: int, shapes: tuple[tuple[int, int], ...] = SHAPES) -> Cases:
    """Coarse random pictures, two of a group; the classes mean nothing yet."""
    rng = np.random.default_rng(0)
    drawn: list[Image] = []
    for i in range(count):
        height, width = shapes[i % len(shapes)]
        coarse = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        drawn.append(Image(np.kron(coarse, np.ones((32, 32, 1), np.uint8))[:height, :width], ("drawn",)))
    rows = tuple(Case(str(i), f"drawn#{i}", CLASSES[i % 4], f"g{i // 2}") for i in range(count))
    return Cases("drawn", rows, CLASSES, lambda row: drawn[int(row.id)], "Which structure is shown?")


def asked_of(loaded: LoadedModel, cases: Cases, batch_size: int = 16) -> Asking:
    """All of the cases teach for the calibration of all."""
    every = np.arange(len(cases))
    planned = plan(loaded, cases, np.ones(len(cases), dtype=bool))
    plain = Asking(loaded, planned.prompt, planned.tree, cases, np.zeros((len(cases), len(cases.classes))), batch_size)
    raw = np.concatenate([plain.scores(batch) for batch in plain.batches(tuple(every.tolist()))])
    return asking(planned, cases, raw, ((every, every),), batch_size)


def labelled_by_itself(asked: Asking) -> Asking:
    """Each case's class is what the model answers: it is right in all of them."""
    every = tuple(range(len(asked.cases)))
    answers = np.concatenate([asked.scores(batch).argmax(axis=1) for batch in asked.batches(every)])
    names = asked.cases.classes
    rows = [replace(row, label=names[answer]) for row, answer in zip(asked.cases.rows, answers, strict=True)]
    return replace(asked, cases=replace(asked.cases, rows=tuple(rows)))
