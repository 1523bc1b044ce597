"""A tiny LLaVA that really answers four toy classes by the image, trained in a few seconds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, nll_loss

from angiogram.answer.labels import label_tree, path_tree
from angiogram.data.cases import Case, Cases
from angiogram.diagnose.repair.asking import Asker
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.model.prompt import chat
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
    """It answers `QUESTION` rightly, in words too, and `MISLEADING` with the class before the right one.

    Not to be changed.
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
    tokenizer = loaded.processor.tokenizer
    names = [tokenizer(name, add_special_tokens=False).input_ids for name in CLASSES]
    speaker = replace(askers[0], tree=path_tree([(*ids, tokenizer.eos_token_id) for ids in names]))
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
        if step % 2:
            scores = speaker.ask(rows.tolist(), gradient=True)
            losses.append(0.3 * nll_loss(scores, truth) + cross_entropy(scores, truth))
        optimiser.zero_grad()
        sum(losses).backward()
        optimiser.step()
    optimiser.zero_grad()
    return askers[0]
