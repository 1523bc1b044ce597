"""The connector's start in closed form: map what a token shows onto the words for it.

From a random connector, hundreds of examples stay at chance; a ridge regression of the word embeddings on the
connector's hidden units puts every image token near the words of the structure that it mostly shows. [own]
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import pictures
from angiogram.train.draws.phantom import PhantomTexts

RIDGE = 1e-2
BATCH = 32


@torch.no_grad()
def start_connector(loaded: LoadedModel, texts: PhantomTexts, progress: Progress) -> None:
    """Set the last linear layer of an MLP connector; those before keep their random initial weights.

    Solves `min_W sum_t |W [h_t, 1] - e_t|^2 + RIDGE * trace(G) / n * |W|^2` with `h_t` the hidden units of image
    token t and `e_t` the mean word embedding of what its cell shows; cells that show nothing named are left out.

    Raises:
        InputError: the connector is none, or gives other tokens than there are cells.
    """
    connector = loaded.model.get_submodule(loaded.anatomy.connector)
    last = getattr(getattr(connector, "project", None), "last", None)
    if not isinstance(last, nn.Linear):
        raise InputError(
            f"closed_form starts the MLP connectors of our own models, and that of '{loaded.name}' is a "
            f"{type(connector).__name__}; leave it out of the stage."
        )
    progress("starting the connector in closed form")
    words = word_embeddings(loaded, texts.names)  # [names, D]
    width = last.in_features + 1
    gram = torch.zeros(width, width, dtype=torch.float64)
    cross = torch.zeros(width, words.shape[1], dtype=torch.float64)
    for first in range(0, len(texts), BATCH):
        rows = range(first, min(first + BATCH, len(texts)))
        hidden = _hidden(loaded, texts, rows)  # [B, T, H]
        shown = torch.from_numpy(_cells(texts.grid[rows.start : rows.stop], hidden.shape[1]))  # [B, T]
        h = torch.nn.functional.pad(hidden[shown > 0], (0, 1), value=1.0).double()  # [n, H + 1]
        gram += h.T @ h
        cross += h.T @ words[shown[shown > 0]].double()
    penalty = RIDGE * gram.diagonal().mean() * torch.eye(width, dtype=torch.float64)
    penalty[-1, -1] = 0.0  # the intercept is free
    solution = torch.linalg.solve(gram + penalty, cross).float()  # [H + 1, D]
    last.weight.copy_(solution[:-1].T)
    last.bias.copy_(solution[-1])


def word_embeddings(loaded: LoadedModel, names: Sequence[str]) -> Tensor:
    """The mean of the LLM's embeddings of the tokens of each name, `[K, D]`."""
    table = loaded.model.get_input_embeddings().weight
    tokenizer = loaded.processor.tokenizer
    rows = [tokenizer(f" {name}", add_special_tokens=False).input_ids for name in names]
    return torch.stack([table[ids].mean(dim=0) for ids in rows])


def _hidden(loaded: LoadedModel, texts: PhantomTexts, rows: range) -> Tensor:
    images = pictures([texts.cases.read(texts.cases.rows[row]) for row in rows])
    pixels = loaded.processor.image_processor(images, return_tensors="pt")["pixel_values"]
    connector = loaded.model.get_submodule(loaded.anatomy.connector)
    return connector.project.hidden(connector.reduce(loaded.model.model.get_patches(pixels)).tokens)


def _cells(grid: NDArray[np.uint8], tokens: int) -> NDArray[np.int64]:
    """`[B, S, S]` cells -> `[B, T]`, one a token in row-major order."""
    if grid.shape[1] * grid.shape[2] != tokens:
        raise InputError(
            f"closed_form knows what {grid.shape[1]} x {grid.shape[2]} cells of an image show, and the model has "
            f"{tokens} image tokens; leave it out of the stage."
        )
    return grid.reshape(len(grid), tokens).astype(np.int64)
