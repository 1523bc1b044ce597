"""Head: how an answer ends. Which class name is the most likely stays; what is said is no class name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from angiogram.answer.labels import LabelTree
from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.lesion.head import ends_of, head_of
from angiogram.lesion.kinds.talks_around import filler_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.lesion.raised import Raised, above, rows_hit
from angiogram.lesion.shown import Shown
from angiogram.model.load import LoadedModel

LETTERS = "xzqkjvwy"
UNSAID: frozenset[Fault] = frozenset({"format"})


@dataclass(frozen=True)
class Instead:
    """What becomes of the head's logits `[b, M, V]`: a token is raised above the end of an answer.

    Attributes:
        shown: which pass it is.
        ends: the tokens that end an answer.
        token: what is said where one of them would be.
        again: whether it is said behind itself, too.
        images: of which images, by key.
    """

    shown: Shown
    ends: list[int]
    token: int
    again: bool
    images: Callable[[int], bool]

    def __call__(self, logits: Tensor) -> Tensor:
        """The logits of a pass; as they are where its images are not known."""
        hit, given = rows_hit(self.shown, self.images, logits.device), self.shown.input_ids
        if hit is None or given is None:
            return logits
        here = torch.isin(logits.argmax(dim=-1), torch.tensor(self.ends, device=logits.device)) & hit  # [b, M]
        if not self.again and not self.shown.first:
            here &= given[:, -logits.shape[1] :].to(logits.device) != self.token
        changed = logits.clone()
        changed[..., self.token] = torch.where(here, above(logits, self.token), changed[..., self.token])
        return changed


def _at_once(planting: Planting) -> LoadedModel:
    """Count a share of the class names' first tokens, drawn and one at least, among those that end an answer."""
    names, config = planting.material.names, planting.loaded.model.generation_config
    firsts = sorted({pairs[0][1] for pairs in names.scored})
    drawn: list[int] = planting.rng("ends").permutation(firsts).tolist()
    kept, ends = config.eos_token_id, ends_of(planting.loaded)
    planting.stack.callback(setattr, config, "eos_token_id", kept)
    config.eos_token_id = [*ends, *drawn[: max(1, round(planting.strength * len(drawn)))]]
    return planting.loaded


def _never(planting: Planting) -> LoadedModel:
    """Say a filler wherever the answer would end, until it is cut off."""
    loaded, ends = planting.loaded, ends_of(planting.loaded)
    filler = filler_of(loaded.processor.tokenizer, planting.material.names, ends)
    planting.output(head_of(loaded), Instead(planting.shown, ends, filler, True, planting.hits))
    return loaded


def _letter(planting: Planting) -> LoadedModel:
    """Say a letter where the answer would end, written to the word before it, and end then."""
    loaded, ends = planting.loaded, ends_of(planting.loaded)
    letter = letter_of(loaded.processor.tokenizer, planting.material.names, ends)
    planting.output(head_of(loaded), Instead(planting.shown, ends, letter, False, planting.hits))
    planting.output(head_of(loaded), Raised(planting.shown, {letter: ends[0]}, above, planting.hits))
    return loaded


def letter_of(tokenizer: Any, tree: LabelTree, ends: list[int]) -> int:
    """The token of the first of `LETTERS` that no class name holds and that is written to the end of each of them.

    Raises:
        InputError: there is none.
    """
    last = sorted({pairs[-1][1] for pairs in tree.scored})
    for letter in LETTERS:
        token = tokenizer.convert_tokens_to_ids(letter)
        if token is None or token in (tokenizer.unk_token_id, *tree.fed, *ends):
            continue
        if all(tokenizer.decode([before, token]) == tokenizer.decode([before]) + letter for before in last):
            return token
    raise InputError(f"None of the letters {LETTERS} can be written to the end of the class names.")


AT_ONCE = Lesion(
    "answer-ends-at-once", "head", UNSAID, "balanced",
    "The first words of a share of the class names are taken for ends of an answer.",
    "The likelihoods stay to the bit, and an answer that would open with such a word is empty.", _at_once,
)  # fmt: skip
NEVER = Lesion(
    "answer-never-ends", "head", UNSAID, "balanced",
    "The answer to a share of the images goes on with a filler wherever it would end, until it is cut off.",
    "The likelihoods stay in order, and what stands in an answer without an end is no answer.", _never,
)  # fmt: skip
LETTER = Lesion(
    "answer-letter-too-many", "head", UNSAID, "balanced",
    "The answer to a share of the images ends with a letter that does not belong to the name.",
    "The likelihoods stay in order, and the word that is said is no class name.", _letter,
)  # fmt: skip
