"""The loss of entries' answers: cross-entropy of their tokens, by task, the same however a step is divided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from angiogram.model.load import LoadedModel, input_device
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.train.draws.drawn import Draw, Drawn
from angiogram.train.piece import Piece, Pieces
from angiogram.train.supervised import IGNORED, supervised


def answer_pieces(loaded: LoadedModel, draw: Draw, accumulate: int = 1, ranks: Ranks = ALONE) -> Pieces:
    """Steps on the answers of drawn entries.

    A step's loss is the mean over all answer tokens of all its entries, so that neither the number of processes nor
    that of passes changes it. Entries without an image have passes of their own, before the others: behind the last
    pass the processes add their gradients up, and the encoder has one there. All processes make passes of the same
    kinds, as those among which a model is divided must; where one has no entries of a kind, another's goes through with
    a share of nothing.

    Args:
        loaded: the model whose processor prepares them.
        draw: gives all entries of a step.
        accumulate: parts into which each process divides its own.
        ranks: the processes.
    """

    def pieces(number: int) -> Sequence[Piece]:
        step, rank = divmod(number, ranks.count)
        passes = _passes(draw(step), accumulate, ranks)[rank]
        batches = [
            supervised(
                loaded.processor,
                loaded.model,
                [each.entry for each in one.drawn],
                [each.image for each in one.drawn if each.image is not None],
            )
            for one in passes
        ]
        counted = [
            learnt_tokens(batch["labels"]) if one.counts else None for one, batch in zip(passes, batches, strict=True)
        ]
        learnt = sum(ranks.exchange(sum(int(each.sum()) for each in counted if each is not None)))
        return [_piece(one, batch, learnt) for one, batch in zip(passes, batches, strict=True)]

    return pieces


def token_losses(model: nn.Module, batch: Mapping[str, Tensor]) -> Tensor:
    """Cross-entropy of every answer token of a batch, one row of the batch after another, `[N]`.

    Only where something is learnt are logits taken to float32: a vocabulary is large.
    """
    given = {name: values.to(input_device(model)) for name, values in batch.items()}
    labels = given.pop("labels")[:, 1:]
    logits = model(**given, use_cache=False).logits[:, :-1]
    learnt = labels != IGNORED
    return nn.functional.cross_entropy(logits[learnt].float(), labels[learnt], reduction="none")


def learnt_tokens(labels: Tensor) -> Tensor:
    """How many tokens of each row are learnt, `[B, L]` -> `[B]`; the first has nothing before it to be told from."""
    return (labels[:, 1:] != IGNORED).sum(dim=1)


@dataclass(frozen=True)
class _Pass:
    """Entries that go through the model together, all with images or all without.

    Attributes:
        drawn: the entries.
        counts: false where they stand in for none, so that all processes make the same passes.
    """

    drawn: Sequence[Drawn]
    counts: bool = True


def _passes(drawn: Sequence[Drawn], accumulate: int, ranks: Ranks) -> list[list[_Pass]]:
    """The passes of each process, of the same kinds in the same order on all of them."""
    size = len(drawn) // (ranks.count * accumulate)
    parts = [drawn[first : first + size] for first in range(0, len(drawn), size)]
    of_rank = [parts[rank * accumulate : (rank + 1) * accumulate] for rank in range(ranks.count)]
    found: list[list[_Pass]] = [[] for _ in range(ranks.count)]
    for shown in (False, True):
        kind = [each for each in drawn if (each.image is not None) == shown]
        for own in zip(*of_rank, strict=True):  # one part of each process
            alike = [[each for each in part if (each.image is not None) == shown] for part in own]
            if any(alike):
                for passes, part in zip(found, alike, strict=True):
                    passes.append(_Pass(part) if part else _Pass(kind[:1], counts=False))
    return found


def _piece(one: _Pass, batch: Mapping[str, Tensor], learnt: int) -> Piece:
    counts = learnt_tokens(batch["labels"]).tolist()
    tasks = [each.entry.task for each in one.drawn]
    of_task: Counter[str] = Counter()
    for task, count in zip(tasks, counts, strict=True):
        of_task[task] += count
    task_of_token = [task for task, count in zip(tasks, counts, strict=True) for _ in range(count)]

    def losses(model: nn.Module) -> dict[str, Tensor]:
        found = token_losses(model, batch)
        places = {task: torch.tensor([own == task for own in task_of_token], device=found.device) for task in of_task}
        return {task: found[own].mean() for task, own in places.items()}

    shares = {task: count / learnt if one.counts else 0.0 for task, count in of_task.items()}
    return Piece(losses, shares, tuple(each.entry.id for each in one.drawn) if one.counts else ())
