"""Logit lens over the class names: what the model's own head reads behind every LLM block.

The logit lens (nostalgebraist 2020, "interpreting GPT: the logit lens") puts a block's output through the final norm
and the output head, as though the blocks behind it were not there. Here it reads the class names alone, in the passes
that score them anyway: at every fork of the names the log-probability of each branch *among the branches of that fork*,
summed along the name. [own] That is a probability over the class names, not over the vocabulary: what the model would
rather say than any of them is left out. Of a name that begins another it is the beginning's, as in the answer itself,
and a class of several words has the sum over them.
"""

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.answer.class_head import ClassHead, class_head
from angiogram.answer.counted import class_scores
from angiogram.answer.forks import Fork, forks
from angiogram.answer.labels import LabelTree
from angiogram.model.load import LoadedModel

UNREAD = 1.0
"""Stands where nothing could be read: no log-probability is above 0, and what is not finite would mark a bad case."""
Read = Mapping[int, Tensor]
"""LLM block -> what was kept behind it."""


@dataclass(frozen=True)
class Lens:
    """How the class names are read behind every block.

    Attributes:
        loaded: the model.
        forks: where the names part, one at least.
        head: over the tokens by which they do.
        tree: the names.
    """

    loaded: LoadedModel
    forks: tuple[Fork, ...]
    head: ClassHead
    tree: LabelTree

    def at_prompt(self) -> Any:
        """Around the prompts' forward pass; keeps the last token's states, read later: other hooks watch the norm."""
        return _behind_blocks(self.loaded, lambda states, _: states[:, -1:])

    def at_names(self) -> Any:
        """Around the names' forward pass, or passes; keeps the head's logits of the forks alone."""
        return _behind_blocks(self.loaded, self._of_forks) if self._nodes else nullcontext({})

    def _of_forks(self, states: Tensor, first: int) -> Tensor | None:
        """Logits at those forks that a pass over the nodes from `first` on holds; None where it holds none."""
        here = [node - first for node in self._nodes if first <= node < first + states.shape[1]]
        return self.head(states[:, here]) if here else None

    def log_likelihoods(self, at_prompt: Read, at_names: Read, logits: Tensor) -> Tensor:
        """Log-likelihood `[B, blocks, K]` in float32 of each class among the class names, behind every block.

        Args:
            at_prompt: of the context of that name.
            at_names: of the context of that name.
            logits: `[B, 1 + M, V]` of `tree_logits`, by which the last block's reading is checked.

        Returns:
            `UNREAD` throughout a case whose logits, as the model gives them, are not those of norm and rows.
        """
        depth = len(self.loaded.anatomy.llm_blocks)
        if len(at_prompt) < depth or (self._nodes and len(at_names) < depth):  # a block that was passed over
            return torch.full((len(logits), depth, len(self.tree.counted)), UNREAD)
        read = self._places(at_prompt, at_names)  # [B, blocks, F, T]
        places = [fork.node + 1 for fork in self.forks]
        finish, fine = self.head.finish(read[:, -1], logits[:, places][..., list(self.tokens)])
        words = read.new_zeros(*read.shape[:2], len(self.tree.scored))
        for place, fork in enumerate(self.forks):
            columns = [self.tokens.index(token) for token in fork.tokens]
            among = finish(read[:, :, place, columns]).log_softmax(dim=-1)
            chosen, branches = (list(each) for each in zip(*fork.chosen, strict=True))
            words[..., chosen] += among[..., branches]
        scores = class_scores(words, self.tree.counted)
        scores[~fine] = UNREAD
        return scores

    @cached_property
    def tokens(self) -> tuple[int, ...]:
        """All tokens by which names part, `[T]`."""
        return fork_tokens(self.forks)

    @property
    def _nodes(self) -> tuple[int, ...]:
        return tuple(fork.node for fork in self.forks if fork.node >= 0)

    def _places(self, at_prompt: Read, at_names: Read) -> Tensor:
        """Logits `[B, blocks, F, T]` of every fork, in order; that at the prompt's end is the first where it is one."""
        parts: list[Tensor] = []
        if self.forks[0].node < 0:
            parts.append(self.head(self._stacked(at_prompt)))  # all blocks at once
        if self._nodes:
            parts.append(self._stacked(at_names))
        return torch.cat(parts, dim=2)

    def _stacked(self, read: Read) -> Tensor:
        """`[B, blocks, n, ...]` from the blocks' `[B, n, ...]`, which may stand on several devices."""
        return torch.stack([read[block].to(self.head.weight.device) for block in sorted(read)], dim=1)


def lens(loaded: LoadedModel, tree: LabelTree) -> Lens | None:
    """The lens over these class names; None where the model has no head to read with, or the names do not part."""
    places = forks(tree)
    head = class_head(loaded, fork_tokens(places)) if places else None
    return None if head is None else Lens(loaded, places, head, tree)


def fork_tokens(places: Sequence[Fork]) -> tuple[int, ...]:
    """Every token by which names part, once, ascending."""
    return tuple(sorted({token for fork in places for token in fork.tokens}))


@contextmanager
def _behind_blocks(loaded: LoadedModel, read: Callable[[Tensor, int], Tensor | None]) -> Generator[dict[int, Tensor]]:
    """During the forward passes inside the context, keep what is read behind every LLM block.

    Args:
        loaded: the model; its hooks are removed on leaving.
        read: of a pass's states `[B, T, D]` and the number of tokens in the passes before it; None where nothing is.

    Yields:
        A dictionary that the passes fill: block -> `[B, n, ...]`, n tokens of all passes.
    """
    found: dict[int, Tensor] = {}
    passed: Counter[int] = Counter()

    def keep(block: int) -> Callable[..., None]:
        def hook(_: nn.Module, __: Any, output: Any) -> None:
            states = output[0] if isinstance(output, tuple) else output
            kept = read(states, passed[block])
            passed[block] += states.shape[1]
            if kept is not None:
                found[block] = torch.cat([found[block], kept], dim=1) if block in found else kept

        return hook

    paths = enumerate(loaded.anatomy.llm_blocks)
    handles = [loaded.model.get_submodule(path).register_forward_hook(keep(block)) for block, path in paths]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()
