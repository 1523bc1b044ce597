"""A tiny LLaVA that really answers four toy classes by the image, trained in a few seconds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from angiogram.answer.labels import label_tree
from angiogram.data.cases import Case, Cases
from angiogram.diagnose.read.told import told
from angiogram.diagnose.repair.asking import Asker
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.model.prompt import chat
from tests.diagnose.repair.planted import hooked
from tests.model.tiny import write_tiny

CLASSES = ("left kidney", "right kidney", "liver", "left lung")
QUESTION, MISLEADING = "Which structure is shown?", "Which kidney, lung or liver?"
CASES = 240


@pytest.fixture(scope="session")
def quarters() -> Cases:
    """Grey noise whose bright quarter gives the class; three fifths teach."""
    pixels = np.random.default_rng(0).integers(0, 90, (CASES, 56, 56), dtype=np.uint8)
    rows: list[Case] = []
    for i in range(CASES):
        y, x = 28 * (i % 4 // 2), 28 * (i % 2)
        pixels[i, y : y + 28, x : x + 28] += 100
        split = "train" if i < 0.6 * CASES else "test"
        rows.append(Case(str(i), f"quarters#{i}", CLASSES[i % 4], f"g{i // 4}", split))
    return Cases("quarters", tuple(rows), CLASSES, lambda row: Image(pixels[int(row.id)], ("drawn",)), QUESTION)


@pytest.fixture(scope="session")
def answering(quarters: Cases, tmp_path_factory: pytest.TempPathFactory) -> Asker:
    """It answers `QUESTION` rightly, and `MISLEADING` with the class before the right one. Not to be changed.

    Told what the image shows, it says that whatever stands in the places of the image: noise, while it learns.
    """
    folder: Path = tmp_path_factory.mktemp("answering")
    write_tiny("llava", folder)
    loaded = load_model(str(folder), folder, lambda _: None)
    tree = label_tree(loaded.processor.tokenizer, CLASSES)
    shapes = tuple((56, 56) for _ in quarters.rows)
    askers = [
        Asker(loaded, tree, quarters, shapes, chat(loaded.processor, question), 32)
        for question in (QUESTION, MISLEADING)
    ]
    tellers = [replace(askers[0], prompt=chat(loaded.processor, told(name, QUESTION))) for name in CLASSES]
    chance = torch.Generator().manual_seed(0)
    taught = np.flatnonzero([row.split == "train" for row in quarters.rows])
    rng, optimiser = np.random.default_rng(0), torch.optim.AdamW(loaded.model.parameters(), 3e-3)
    for step in range(90):
        rows = rng.choice(taught, 8, replace=False)
        truth = torch.from_numpy(quarters.labels[rows])
        losses = [
            cross_entropy(asker.ask(rows.tolist(), gradient=True), (truth - turn) % 4)
            for turn, asker in enumerate(askers)
            if step % 2 == 0
        ]
        with hooked(
            loaded.model, (loaded.anatomy.connector,), lambda x: x.std() * torch.randn(x.shape, generator=chance)
        ):
            said = torch.cat([teller.ask([0], gradient=True) for teller in tellers])
        losses.append(cross_entropy(said, torch.arange(4)))
        optimiser.zero_grad()
        sum(losses).backward()
        optimiser.step()
    optimiser.zero_grad()
    return askers[0]
