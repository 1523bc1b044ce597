"""Head: its rows of class words are noised, or are all their mean."""

from functools import partial

import torch
from torch import Tensor

from angiogram.answer.forks import forks
from angiogram.diagnose.terms import Fault
from angiogram.lesion.head import head_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

WORDS: frozenset[Fault] = frozenset({"words"})
WHY = "The last token knows the class, and only the rows that turn it into a name are changed."


def _tokens(planting: Planting) -> list[list[int]]:
    """The tokens by which class names part, for each place where they do."""
    return [list(fork.tokens) for fork in forks(planting.material.names)]


def _noised(planting: Planting) -> LoadedModel:
    """Add strength x noise of their own size to the rows of all tokens that tell classes apart."""
    head = head_of(planting.loaded)
    tokens = sorted({token for group in _tokens(planting) for token in group})
    rows = next(iter(head.parameters()))[tokens].detach().float()  # [n, D]
    noise = torch.from_numpy(planting.rng("rows").standard_normal(tuple(rows.shape))).to(rows)
    noise *= planting.strength * rows.square().mean().sqrt()

    def blend(states: Tensor, logits: Tensor) -> Tensor:
        changed = logits.clone()
        changed[..., tokens] += (states.float() @ noise.to(states.device).T).to(logits.dtype)
        return changed

    planting.through(head, blend)
    return planting.loaded


def _averaged(planting: Planting) -> LoadedModel:
    """Blend the rows of the tokens that part at one place with their mean: at 1 none is preferred."""
    planting.output(head_of(planting.loaded), partial(_alike, _tokens(planting), planting.strength))
    return planting.loaded


def _alike(groups: list[list[int]], strength: float, logits: Tensor) -> Tensor:
    changed = logits.clone()
    for tokens in groups:
        own = logits[..., tokens]
        changed[..., tokens] = own + strength * (own.mean(dim=-1, keepdim=True) - own)
    return changed


NOISED = Lesion(
    "head-rows-noised", "head", WORDS, "frozen", "The output head's rows of class words are noised.", WHY, _noised,
)  # fmt: skip
AVERAGED = Lesion(
    "head-rows-averaged", "head", WORDS, "frozen", "The output head's rows of class words are all their mean.", WHY,
    _averaged, draws=False,
)  # fmt: skip
