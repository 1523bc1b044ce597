"""The one training loop, on Accelerate: any module, any loss, one learning rate a group, checkpoints."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from transformers import get_cosine_schedule_with_warmup

from angiogram.cache import Progress
from angiogram.model.precision import training_precision
from angiogram.train.checkpoint import Checkpoint

Loss = Callable[[nn.Module, int], Tensor]
Stop = Callable[[int], bool]


def never(step: int) -> bool:
    """No step is the last before the schedule's end."""
    return False


@dataclass(frozen=True)
class Schedule:
    """How long and how a run is kept.

    Attributes:
        steps: optimiser steps.
        warmup: share of the steps over which the rates rise; they fall along a cosine after it.
        seed: of everything random in a step, together with the step's number.
        weight_decay: of AdamW.
        keep_every: steps between checkpoints.
    """

    steps: int
    warmup: float
    seed: int
    weight_decay: float = 0.0
    keep_every: int = 50


def fit(
    model: nn.Module,
    loss: Loss,
    groups: list[dict[str, object]],
    schedule: Schedule,
    checkpoint: Path,
    identity: str,
    progress: Progress,
    device: torch.device | None = None,
    stop: Stop = never,
) -> None:
    """Train `model` in place, going on from `checkpoint` where one of the same run is there.

    Args:
        model: only parameters with `requires_grad` change.
        loss: `loss(model, draw)`; draw numbers the batches over all ranks, so that the same draw is the same batch
            however often a run was interrupted.
        groups: AdamW's parameter groups, each with its own `lr`.
        schedule: length, warm-up, seed.
        checkpoint: folder for the latest checkpoint; the caller removes it when the result is safe.
        identity: of the run: what it trains, on what, from what; a checkpoint of another run is refused.
        progress: receives one line every ten steps.
        device: where `loss` puts its batches; Accelerate's choice where None.
        stop: asked after each step, with the number of steps done; the training ends where it says so.

    Raises:
        InputError: the checkpoint is of another run or damaged, or the disk is full.
    """
    accelerator = Accelerator(mixed_precision=training_precision(), device_placement=device is None)
    if device is not None:
        model.to(device)
    optimizer = torch.optim.AdamW(groups, weight_decay=schedule.weight_decay)
    warmup = max(1, round(schedule.warmup * schedule.steps))
    rates = get_cosine_schedule_with_warmup(optimizer, warmup, schedule.steps)
    prepared, optimizer = accelerator.prepare(model, optimizer)
    keeper = Checkpoint(checkpoint, model, optimizer, rates, identity)
    first = keeper.restore()
    if first:
        progress(f"going on from step {first}")
    prepared.train()
    recent: list[float] = []
    for step in range(first, schedule.steps):
        draw = step * accelerator.num_processes + accelerator.process_index
        torch.manual_seed(schedule.seed * 1_000_003 + draw)
        value = loss(prepared, draw)
        accelerator.backward(value)
        accelerator.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
        recent.append(value.item())
        done = step + 1
        if done % 10 == 0 or done == schedule.steps:
            progress(f"step {done}/{schedule.steps}  loss {sum(recent) / len(recent):.3f}")
            recent.clear()
        if stop(done):
            break
        if accelerator.is_main_process and done % schedule.keep_every == 0 and done < schedule.steps:
            keeper.save(done)
    model.eval()
