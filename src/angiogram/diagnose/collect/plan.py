"""What one pass over the cases keeps of a model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.labels import LabelTree, words_tree
from angiogram.answer.orders import rotated
from angiogram.answer.parse import check_names
from angiogram.data.cases import OPTIONS, Cases
from angiogram.data.sources.spoken import as_spoken
from angiogram.errors import InputError
from angiogram.model.context import check_length
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare
from angiogram.tap.taps import Tap, plan_taps

LIKELIHOODS, WORDS, GENERATED, LENS = "answer.likelihoods", "answer.words", "answer.generated", "answer.lens"
ANSWER_TOKENS = 24  # an answer cut off too early can seem to mention one class only


@dataclass(frozen=True)
class Plan:
    """What one pass over the cases keeps.

    Attributes:
        loaded: the model.
        taps: where it is read.
        tree: the words to score; None for taps only (the random twin is not asked).
        asked: `[N]`, the cases whose answer is generated.
        prompts: whole prompt texts, the same for every case: taps and words are read behind the first, likelihoods
            behind each (the options in rotated orders), every further one at the cost of another pass.
    """

    loaded: LoadedModel
    taps: tuple[Tap, ...]
    tree: LabelTree | None
    asked: NDArray[np.bool_]
    prompts: tuple[str, ...]

    @property
    def longest_answer(self) -> int:
        """Tokens after which an answer is cut off; 0 where none is asked for."""
        return answer_tokens(self.tree) if self.tree is not None else 0

    @property
    def prompt(self) -> str:
        """The one that taps and words are read behind."""
        return self.prompts[0]


def plan(loaded: LoadedModel, cases: Cases, asked: NDArray[np.bool_] | None, orders: int = 1) -> Plan:
    """The plan for a model and a set; with `asked` None only the taps are kept.

    `orders` is the number of rotated orders in which the options are asked.

    Raises:
        InputError: class names that an answer cannot tell apart, or that the model has no tokens for, or a prompt that
            is longer than the model's context.
    """
    check_names(cases.words)
    tree = None if asked is None else words_tree(loaded.processor.tokenizer, cases.words, as_spoken(cases.words))
    asked = np.zeros(len(cases), dtype=bool) if asked is None else asked
    if orders > 1 and OPTIONS not in cases.question:
        raise InputError(f"The question '{cases.question}' has no {OPTIONS} whose order could be rotated.")
    prompts = tuple(chat(loaded.processor, cases.ask(order)) for order in rotated(cases.classes, orders))
    if tree is not None:
        _check_names(loaded, cases.words.texts)
        _check_length(loaded, cases, max(prompts, key=len), answer_tokens(tree))
    return Plan(loaded, plan_taps(loaded.anatomy), tree, asked, prompts)


def answer_tokens(tree: LabelTree) -> int:
    """Tokens after which an answer is cut off: enough for the longest word and its end."""
    return max(ANSWER_TOKENS, tree.longest + 1)


def _check_names(loaded: LoadedModel, names: Sequence[str]) -> None:
    """A special token in a class name would be read as what it stands for: an image, the end of the answer."""
    special: list[str] = loaded.processor.tokenizer.all_special_tokens
    for name in names:
        if found := [token for token in special if token in name]:
            raise InputError(f"The class name '{name}' holds the model's special token '{found[0]}'; rename the class.")


def _check_length(loaded: LoadedModel, cases: Cases, prompt: str, answer: int) -> None:
    """On the first case that can be prepared; those that cannot are set aside when their turn comes."""
    for row in cases.rows:
        try:
            inputs = prepare(loaded.processor, prompt, [cases.read(row)])
        except InputError:
            continue
        return check_length(loaded.model, inputs, answer)
