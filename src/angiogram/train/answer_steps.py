"""The loss of entries' answers: cross-entropy of their tokens, by task, the same however a step is divided."""

from collections import Counter
from collections.abc import Mapping, Sequence

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
    that of passes changes it. Entries without an image have a pass of their own, before the others: behind the last
    pass the processes add their gradients up, and the encoder has one there.

    Args:
        loaded: the model whose processor prepares them.
        draw: gives all entries of a step.
        accumulate: parts into which each process divides its own.
        ranks: the processes.
    """

    def pieces(number: int) -> Sequence[Piece]:
        step, rank = divmod(number, ranks.count)
        drawn = draw(step)
        size = len(drawn) // ranks.count
        passes = _passes(drawn[rank * size : (rank + 1) * size], accumulate)
        batches = [
            supervised(
                loaded.processor,
                loaded.model,
                [each.entry for each in own],
                [each.image for each in own if each.image is not None],
            )
            for own in passes
        ]
        learnt = sum(ranks.exchange(sum(int(learnt_tokens(batch["labels"]).sum()) for batch in batches)))
        return [_piece(own, batch, learnt) for own, batch in zip(passes, batches, strict=True)]

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


def _passes(drawn: Sequence[Drawn], accumulate: int) -> list[list[Drawn]]:
    size = len(drawn) // accumulate
    parts = [drawn[first : first + size] for first in range(0, len(drawn), size)]
    alone = [[each for each in part if each.image is None] for part in parts]
    shown = [[each for each in part if each.image is not None] for part in parts]
    return [own for own in (*alone, *shown) if own]


def _piece(drawn: Sequence[Drawn], batch: Mapping[str, Tensor], learnt: int) -> Piece:
    counts = learnt_tokens(batch["labels"]).tolist()
    tasks = [each.entry.task for each in drawn]
    of_task: Counter[str] = Counter()
    for task, count in zip(tasks, counts, strict=True):
        of_task[task] += count
    task_of_token = [task for task, count in zip(tasks, counts, strict=True) for _ in range(count)]

    def losses(model: nn.Module) -> dict[str, Tensor]:
        found = token_losses(model, batch)
        places = {task: torch.tensor([own == task for own in task_of_token], device=found.device) for task in of_task}
        return {task: found[own].mean() for task, own in places.items()}

    shares = {task: count / learnt for task, count in of_task.items()}
    return Piece(losses, shares, tuple(each.entry.id for each in drawn))
