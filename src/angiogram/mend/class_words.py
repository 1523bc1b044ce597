"""The head's rows of the class words, fitted anew: the read-out of the last token, as a part of the model. [own]

Where the states before the output head still tell the classes apart and the head says another name, or none, it is
enough to change the rows of the tokens that the class names consist of. With h the states at every place of the right
name, t the token that comes there and D the change of these rows alone,

    min_D  mean -log softmax((W + D) h)_t + s/2 E|h|^2 |D|^2

over the whole vocabulary, so that a right name is also said. The other rows do not change, so that of them nothing but
`log sum exp` is needed, and the problem is convex. Cases that are held out choose the strength s.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, linear

from angiogram.answer.labels import LabelTree
from angiogram.answer.likelihood import tree_logits
from angiogram.cache import Progress
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.refit import teach_and_held
from angiogram.errors import InputError
from angiogram.mend.head import head_of, own_head
from angiogram.mend.teaching import Teaching, one_group

MOST = 960
"""Cases that teach, a pass each."""
STRENGTHS = (1e-1, 1e-2, 1e-3, 1e-4)
STEPS = 200  # of L-BFGS, at most


@dataclass(frozen=True)
class Places:
    """Every place of the right names of some cases.

    Attributes:
        states: before the output head, `[n, D]`, float32.
        truth: which of the T fitted tokens comes there, `[n]`; T for the end of the answer.
        own: logits of these tokens, `[n, T]`.
        fixed: log sum exp of the logits of the tokens that end an answer, and of all others, `[n, 2]`.
    """

    states: Tensor
    truth: Tensor
    own: Tensor
    fixed: Tensor

    def loss(self, change: Tensor) -> Tensor:
        """Mean cross-entropy over the whole vocabulary with the rows changed so, `[T, D]`."""
        return cross_entropy(torch.cat([self.own + self.states @ change.T, self.fixed], dim=1), self.truth)


def refit_class_words(teaching: Teaching, progress: Progress) -> str:
    """Fit the rows, and put them into a head of the model's own.

    Returns:
        What was done, one sentence.

    Raises:
        InputError: the model's logits are not those of its head's rows, or no case can be held out.
    """
    asker = teaching.asker
    head_of(asker.loaded)  # refused before a pass
    sides = teach_and_held(asker, teaching.rows, asker.cases.labels, teaching.seed)
    if sides is None:
        raise one_group(asker.cases.name)
    tokens = sorted(set(asker.tree.fed))
    progress(f"class words: reading the states at {len(tokens)} tokens of {len(teaching.rows)} cases")
    teach, held = (places(asker, rows, tokens) for rows in sides)
    before = float(held.loss(held.states.new_zeros(len(tokens), held.states.shape[1])))
    found = {strength: float(held.loss(fitted(teach, strength))) for strength in STRENGTHS}
    best = min(found, key=lambda strength: found[strength])
    progress(f"class words: held-out loss {before:.3f} before, {found[best]:.3f} at strength {best:g}")
    change = fitted(_together(teach, held), best)
    head = own_head(asker.loaded)
    with torch.no_grad():
        head.weight[tokens] += change.to(head.weight)
    return (
        f"The output head's rows of the {len(tokens)} tokens of the class names were fitted on {len(teaching.rows)} "
        f"training cases (ridge {best:g}, chosen on {len(sides[1])} of them that were held out)."
    )


def fitted(places: Places, strength: float) -> Tensor:
    """The change of the rows that this ridge allows, `[T, D]`."""
    change = torch.zeros(places.own.shape[1], places.states.shape[1], requires_grad=True)
    size = strength / 2 * places.states.square().sum(dim=1).mean()
    optimiser = torch.optim.LBFGS([change], max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = places.loss(change) + size * change.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return change.detach()


@torch.no_grad()
def places(asker: Asker, rows: NDArray[np.int64], tokens: list[int]) -> Places:
    """The places of these cases' names, read in one pass a case.

    Raises:
        InputError: the logits are not those of the head's rows, so that no rows could be fitted.
    """
    parts = [_of_batch(asker, rows[list(batch)], tokens) for batch in asker.batches(rows)]
    return _together(*parts)


def _together(*parts: Places) -> Places:
    fields = ("states", "truth", "own", "fixed")
    return Places(*(torch.cat([getattr(part, field) for part in parts]) for field in fields))


def _of_batch(asker: Asker, rows: NDArray[np.int64], tokens: list[int]) -> Places:
    head, given = head_of(asker.loaded), list[Tensor]()

    def keep(_: nn.Module, args: tuple[Tensor, ...]) -> None:
        given.append(args[0])

    handle = head.register_forward_pre_hook(keep)
    try:
        prompts = asker.prompts(rows.tolist())
        logits = tree_logits(prompts, asker.tree)  # [B, 1 + M, V]
    finally:
        handle.remove()
    states = torch.cat([given[0][:, -1:], *given[1:]], dim=1)  # [B, 1 + M, D]
    said = linear(states, head.weight[tokens])
    if head.bias is not None:  # pyright: ignore[reportUnnecessaryComparison] - of `bias=False`
        said = said + head.bias[tokens]
    if not torch.allclose(said.float(), logits[..., tokens].float(), rtol=1e-2, atol=1e-2):
        raise InputError(
            f"'{asker.loaded.name}' changes its logits behind the output head, so that its rows cannot be fitted; "
            "choose --repair llm-lora."
        )
    ends = sorted(prompts.ends - set(tokens))
    at = [
        (case, node + 1, truth)
        for case, label in enumerate(asker.cases.labels[rows].tolist())
        for node, truth in _path(asker.tree, label, tokens, bool(ends))
    ]
    case, node, truth = (torch.tensor(each, device=logits.device) for each in zip(*at, strict=True))
    here = logits[case, node].float()  # [n, V]
    others = torch.ones(here.shape[1], dtype=torch.bool)
    others[[*tokens, *ends]] = False
    fixed = torch.stack([here[:, ends].logsumexp(dim=1), here[:, others.to(here.device)].logsumexp(dim=1)], dim=1)
    return Places(states[case, node].float().cpu(), truth.cpu(), here[:, tokens].cpu(), fixed.cpu())


def _path(tree: LabelTree, label: int, tokens: list[int], ended: bool) -> list[tuple[int, int]]:
    """(node, which token comes there) along the first word of a class, its end last."""
    path = tree.scored[tree.counted[label][0]]
    found = [(node, tokens.index(token)) for node, token in path]
    last = tree.child(*path[-1])
    return [*found, (last, len(tokens))] if ended and last is not None else found
