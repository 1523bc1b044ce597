"""Logits that are raised at certain places of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from angiogram.lesion.shown import Shown

BEGINNING = -1


def above(logits: Tensor, _: int) -> Tensor:
    """A logit just above all others: `[..., V]` -> `[...]`."""
    return logits.amax(dim=-1) + 1


def rows_hit(shown: Shown, images: Callable[[int], bool], device: torch.device) -> Tensor | None:
    """Which of a pass's prompts show an image that is hit, `[b, 1]`; None where its images are not known."""
    if shown.batch is None or shown.input_ids is None:
        return None
    keys = [shown.batch.keys[row] for row in shown.rows]
    return torch.tensor([images(key) for key in keys], device=device)[:, None]


@dataclass(frozen=True)
class Raised:
    """What becomes of the head's logits `[b, M, V]`.

    Raised everywhere, a token would be said again behind itself.

    Attributes:
        shown: which pass it is.
        tokens: behind which token which token is raised; the answer's first stands behind `BEGINNING`.
        raised: (logits `[..., V]`, the token) -> its new logit `[...]`.
        images: of which images, by key.
    """

    shown: Shown
    tokens: Mapping[int, int]
    raised: Callable[[Tensor, int], Tensor]
    images: Callable[[int], bool]

    def __call__(self, logits: Tensor) -> Tensor:
        """The logits of a pass; as they are where its images are not known."""
        hit = rows_hit(self.shown, self.images, logits.device)
        if hit is None:
            return logits
        changed = logits.clone()
        for before, token in self.tokens.items():
            here = self._behind(before, logits) & hit  # [b, M]
            changed[..., token] = torch.where(here, self.raised(logits, token), changed[..., token])
        return changed

    def _behind(self, token: int, logits: Tensor) -> Tensor:
        """`[b, M]`, true where the next token stands behind this one of the answer."""
        given = self.shown.input_ids
        here = torch.zeros(logits.shape[:2], dtype=torch.bool, device=logits.device)
        if self.shown.first:
            here[:, -1] = token == BEGINNING
        elif given is not None and token != BEGINNING:
            here = given[:, -logits.shape[1] :].to(logits.device) == token
        return here
