"""Maps in closed form: the tokens at another size, or those of a connector put near the words for what they show.

A ridge regression from the output tokens onto the mean word embedding of the image's class name, in closed form: the
start that also trains a new connector. Nothing is learnt through the language model, so that what it then says it
says by itself. [own]
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.diagnose.repair.affine import AffineMap
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.interface import Change, Interface, changed
from angiogram.model.prompt import first_step
from angiogram.tap.hooks import Enough

RIDGE = 0.1
GAINS = (1.0, 2.0, 4.0)  # a ridge regression draws everything to the mean


@dataclass(frozen=True)
class Moments:
    """Sums over tokens, those of one class together.

    Attributes:
        counts: tokens of each class, `[K]`.
        sums: of the tokens of each class, `[K, D]`.
        squares: of the products of all tokens, `[D, D]`.
    """

    counts: Tensor
    sums: Tensor
    squares: Tensor

    @property
    def mean(self) -> Tensor:
        """`[D]`."""
        return self.sums.sum(dim=0) / self.counts.sum()

    @property
    def covariance(self) -> Tensor:
        """`[D, D]`."""
        return self.squares / self.counts.sum() - self.mean.outer(self.mean)

    @property
    def spread(self) -> float:
        """Root mean square distance of an entry from its mean."""
        return float(self.covariance.diagonal().mean().clamp_min(1e-12).sqrt())

    def map(self, size: float = 1.0) -> AffineMap:
        """One that changes nothing but the size of the tokens."""
        affine, mean = AffineMap(self.mean.float(), self.spread), self.mean.float()
        if size != 1:
            affine.begin(size * torch.eye(len(mean), device=mean.device), size * mean)
        return affine


@torch.no_grad()
def moments(
    asker: Asker, interface: Interface, rows: NDArray[np.int64], labels: NDArray[np.int64]
) -> dict[str, Moments]:
    """Moments of the tokens at the interface over these cases, by module path, read one image at a time.

    Args:
        asker: the model and its images.
        interface: where.
        rows: of the cases.
        labels: class of each of all N cases, `[N]`: the true ones, or others for a control.
    """
    classes = len(asker.cases.classes)
    found: dict[str, Moments] = {}
    for row in rows.tolist():
        for path, tokens in _tokens(asker, interface, row).items():
            x = tokens.reshape(-1, tokens.shape[-1]).double()  # [T, D]
            if path not in found:
                width, zeros = x.shape[1], x.new_zeros
                found[path] = Moments(zeros(classes), zeros(classes, width), zeros(width, width))
            sums, label = found[path], int(labels[row])
            sums.counts[label] += len(x)
            sums.sums[label] += x.sum(dim=0)
            sums.squares.addmm_(x.T, x)
    return found


def _tokens(asker: Asker, interface: Interface, row: int) -> dict[str, Tensor]:
    """Tokens of one image at each module of the interface, without the rest of the forward pass."""
    seen: dict[str, Tensor] = {}

    def keep(path: str) -> Change:
        def look(tokens: Tensor) -> Tensor:
            seen[path] = tokens
            if len(seen) == len(interface.modules):
                raise Enough
            return tokens

        return look

    inputs, model = asker.inputs([row]), asker.loaded.model
    looking = {path: keep(path) for path in interface.modules}
    with changed(asker.loaded, interface, looking, inputs), suppress(Enough):
        model(**first_step(model, inputs, use_cache=False, logits_to_keep=1))
    return seen


def word_starts(asker: Asker, seen: Moments) -> Mapping[str, tuple[Tensor, Tensor]]:
    """(matrix `[D, D]`, mean `[D]`) of the maps onto words: as far apart as they are found, further, as tokens were.

    Solves `min_W sum_t |(x_t - mean) W - (e_t - mean e)|^2 + RIDGE tr(G) / D |W|^2` over tokens x with the word
    embedding e of their image's class. Nothing where the tokens are not as wide as the words.
    """
    words = _word_embeddings(asker).to(seen.sums)  # [K, D]
    if words.shape[1] != seen.sums.shape[1]:
        return {}
    share = seen.counts / seen.counts.sum()  # [K]
    centred = words - share @ words
    cross = seen.sums.T @ centred / seen.counts.sum()  # [D, D]; centred over the tokens, so x need not be
    gram = seen.covariance
    penalty = (
        RIDGE * gram.diagonal().mean().clamp_min(1e-12) * torch.eye(len(gram), dtype=gram.dtype, device=gram.device)
    )
    matrix = torch.linalg.solve(gram + penalty, cross)
    mapped = (matrix.T @ gram @ matrix).diagonal().mean().clamp_min(1e-24).sqrt()
    spread = {"spread as before": ((matrix * (seen.spread / mapped)).float(), seen.mean.float())}
    return {f"{gain:g} times": ((gain * matrix).float(), (share @ words).float()) for gain in GAINS} | spread


@torch.no_grad()
def _word_embeddings(asker: Asker) -> Tensor:
    """Mean word embedding of each class name as the model would begin to say it, `[K, D]`."""
    table, tokenizer = asker.loaded.model.get_input_embeddings(), asker.loaded.processor.tokenizer
    names = [tokenizer(name, add_special_tokens=False).input_ids for name in asker.cases.classes]
    return torch.stack([table(torch.tensor(ids, device=table.weight.device)).mean(dim=0) for ids in names])
