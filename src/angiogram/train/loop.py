"""The one training loop, on Accelerate: any module, any losses, one learning rate a group, checkpoints."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from transformers import get_cosine_schedule_with_warmup

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.train.accelerated import accelerator_of, computed_in
from angiogram.train.checkpoint import Checkpoint
from angiogram.train.interruption import between_steps
from angiogram.train.piece import Piece, Pieces
from angiogram.train.schedule import Schedule
from angiogram.train.watching import Lines, Step, Watcher

Stop = Callable[[int], bool]
Combine = Callable[[Sequence[nn.Parameter], Mapping[str, Tensor]], None]
"""Adds to the parameters' `.grad` what a step is to follow, from the mean loss of each task."""
GRADIENT_NORM = 1.0  # longest gradient of a step


def never(step: int) -> bool:
    """No step is the last before the schedule's end."""
    return False


def fit(
    model: nn.Module,
    pieces: Pieces,
    groups: list[dict[str, Any]],
    schedule: Schedule,
    checkpoint: Path,
    conditions: Mapping[str, str],
    progress: Progress,
    *,
    device: torch.device | None = None,
    stop: Stop = never,
    combine: Combine | None = None,
    watchers: Sequence[Watcher] = (),
    ranks: Ranks = ALONE,
) -> None:
    """Train `model` in place, going on from `checkpoint` where one of the same run is there.

    Args:
        model: only parameters with `requires_grad` change.
        pieces: the passes of each step, those of this process alone.
        groups: AdamW's parameter groups, each with its own `lr`, and with a `name` where it is to be told.
        schedule: length, warm-up, seed.
        checkpoint: folder for the latest checkpoint; the caller removes it when the result is safe.
        conditions: of the run, by what a user calls them: what it trains, on what, from what; a checkpoint that was
            made under others is refused.
        progress: receives one line every ten steps.
        device: where `pieces` puts its batches; Accelerate's choice where None.
        stop: asked after each step, with the number of steps done; the training ends where it says so.
        combine: makes the gradient of a step out of its tasks' mean losses, all at once, on one process; None to follow
            their sum by their shares.
        watchers: told of each step, behind the line.
        ranks: the processes that share the steps.

    Raises:
        InputError: the checkpoint is of another run or damaged, a loss or gradient is not finite, or the disk is full.
        KeyboardInterrupt: Ctrl-C; the last step is kept.
    """
    precision = computed_in(schedule.precision)
    accelerator = accelerator_of(precision, places=device is None)
    if device is not None:
        model.to(device)
    optimizer = torch.optim.AdamW(groups, weight_decay=schedule.weight_decay)
    warmup = max(1, round(schedule.warmup * schedule.steps))
    rates = get_cosine_schedule_with_warmup(optimizer, warmup, schedule.steps)
    prepared, optimizer = accelerator.prepare(model, optimizer)
    conditions = {**conditions, "number of processes": str(ranks.count), "precision": precision}
    keeper = Checkpoint(checkpoint, model, optimizer, rates, conditions)
    first = kept = keeper.restore()
    if first:
        progress(f"going on from step {first}")
    prepared.train()
    told = (Lines(progress), *watchers)

    with between_steps(progress) as interrupted:
        for step in range(first, schedule.steps):
            draw = step * ranks.count + ranks.number
            torch.manual_seed(schedule.seed * 1_000_003 + draw)
            passes = pieces(draw)
            if combine is None:
                taken = _passes(accelerator, prepared, passes, ranks)
            else:
                taken = _combined(prepared, passes, combine)
            norm = accelerator.clip_grad_norm_(_trained(model), GRADIENT_NORM)
            loss = sum(share * value for share, value in taken.values())
            if not _finite(loss, norm):
                if not kept:
                    keeper.save(step, write=ranks.is_first)
                raise _not_finite(step, kept, loss, passes, ranks)
            optimizer.step()
            used = {str(group.get("name", "")): float(group["lr"]) for group in optimizer.param_groups}
            rates.step()
            optimizer.zero_grad()
            done = step + 1
            tasks = {task: value for task, (_, value) in taken.items()}
            names = tuple(name for piece in passes for name in piece.names)
            for watcher in told:
                watcher(Step(done, schedule.steps, loss, tasks, used, names))
            if stop(done):
                break
            halted = any(ranks.exchange(interrupted()))
            if done == schedule.steps and not halted:
                break
            if halted or done % schedule.keep_every == 0:
                keeper.save(done, write=ranks.is_first)
                kept = done
            if halted:
                raise KeyboardInterrupt
    model.eval()


def _passes(
    accelerator: Accelerator, model: nn.Module, passes: Sequence[Piece], ranks: Ranks
) -> dict[str, tuple[float, float]]:
    """Forward and backward of every pass; of each task its share in the step's loss, and its mean loss."""
    sums: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, piece in enumerate(passes, 1):
        with nullcontext() if number == len(passes) else accelerator.no_sync(model):
            losses = piece.losses(model)
            shared = [piece.shares[task] * loss for task, loss in losses.items()]
            accelerator.backward(torch.stack(shared).sum() * ranks.count)  # the processes' gradients are averaged
        for task, loss in losses.items():
            sums[task].append((piece.shares[task], float(loss.detach())))
    return _together(ranks.exchange(dict(sums)))


def _combined(model: nn.Module, passes: Sequence[Piece], combine: Combine) -> dict[str, tuple[float, float]]:
    """The same with the losses of all passes held together; entries of one task may be in several of them."""
    whole: defaultdict[str, float] = defaultdict(float)
    sums: dict[str, Tensor] = {}
    for piece in passes:
        for task, loss in piece.losses(model).items():
            whole[task] += piece.shares[task]
            sums[task] = sums.get(task, 0.0) + piece.shares[task] * loss
    means = {task: value / whole[task] for task, value in sums.items()}
    if bool(torch.stack(list(means.values())).detach().isfinite().all()):  # else the step is not made
        combine(_trained(model), means)
    return {task: (whole[task], float(mean.detach())) for task, mean in means.items()}


def _trained(model: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def _together(given: Iterable[Mapping[str, list[tuple[float, float]]]]) -> dict[str, tuple[float, float]]:
    """Shares and losses of all processes' passes, by task.

    >>> _together([{"vqa": [(0.25, 2.0)]}, {"vqa": [(0.25, 4.0)], "report": [(0.5, 1.0)]}])
    {'vqa': (0.5, 3.0), 'report': (0.5, 1.0)}
    """
    sums: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for own in given:
        for task, pairs in own.items():
            sums[task] += pairs
    whole = {task: sum(share for share, _ in pairs) for task, pairs in sums.items()}
    return {
        task: (whole[task], sum(share * loss for share, loss in sums[task]) / whole[task])
        for task in sums
        if whole[task]
    }


def _finite(loss: float, norm: Tensor | None) -> bool:
    values = torch.tensor([loss, 0.0 if norm is None else float(norm)])
    return bool(torch.isfinite(values).all())


def _not_finite(step: int, kept: int, loss: float, passes: Sequence[Piece], ranks: Ranks) -> InputError:
    names = [name for own in ranks.exchange([name for piece in passes for name in piece.names]) for name in own]
    learnt = f" on {', '.join(names)}" if names else ""
    what = "its gradient is not finite" if torch.isfinite(torch.tensor(loss)) else f"its loss is {loss}"
    weights = f"The {step} steps before it are kept"
    if kept:  # weights behind it may have grown beyond use while the loss was still a number
        weights = f"The checkpoint of step {kept} is kept, and nothing of the steps behind it"
    return InputError(
        f"Step {step + 1}{learnt} was not made: {what}. {weights}; lower the learning rate, or leave those entries "
        "out, and begin in another --out."
    )
