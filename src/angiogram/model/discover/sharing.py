"""Whether a batch's tokens can be shared out to its images in proportion to their image tokens in the prompt."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.discover.finding import Finding
from angiogram.model.discover.rows import readable
from angiogram.model.discover.trace import HEIGHT, QUESTION, WIDTH, run
from angiogram.model.layouts.alone import ONE_BY_ONE
from angiogram.model.prompt import chat, prepare

SHAPES = ((HEIGHT, WIDTH), (WIDTH, WIDTH), (WIDTH, HEIGHT // 2))  # of which processors make different tiles
CLOSE = 0.02  # of the spread: bfloat16 in a batch against bfloat16 alone


def check_sharing(model: Any, processor: Any, outputs: Sequence[str], received: str, *, equal: bool) -> Finding:
    """Run three images of different shapes alone and in one batch, and compare each one's mean at every stage.

    Args:
        model: the model.
        processor: its processor.
        outputs: modules whose outputs are read: encoder blocks and connector.
        received: the module whose input is read.
        equal: the prompt holds as many image tokens for every image, whatever it shows (cross-attention).
    """
    rng = np.random.default_rng(2)
    images = [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ("noise",)) for shape in SHAPES]
    prompt = chat(processor, QUESTION)
    try:
        alone = [_means(model, prepare(processor, prompt, [image]), outputs, received) for image in images]
        together = _means(model, prepare(processor, prompt, images), outputs, received)
    except (InputError, RuntimeError, ValueError, TypeError, IndexError, AttributeError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        return _one_by_one(f"a batch of three images could not be run ({said[0]})")
    for stage, batch in together.items():
        if batch is None:
            return _one_by_one(f"the tokens of {stage} are not in proportion to the prompt's image tokens")
        each = torch.cat([single for means in alone if (single := means.get(stage)) is not None])
        if each.shape != batch.shape or bool((each - batch).abs().max() > CLOSE * each.std()):
            return _one_by_one(f"an image's tokens of {stage} are not where its share of the prompt's image tokens is")
    what = "images of three shapes have the same mean at every encoder block and connector alone and in a batch"
    note = "" if equal else " when tokens are shared out in proportion to the prompt's image tokens"
    return Finding("layout", ("proportional",), "certain", what + note)


def _one_by_one(why: str) -> Finding:
    return Finding("layout", (ONE_BY_ONE,), "certain", f"{why}, so that images are read one by one")


@torch.no_grad()
def _means(model: Any, inputs: Any, outputs: Sequence[str], received: str) -> Mapping[str, Tensor | None]:
    """Each stage's means `[B, D]` by share; None where the tokens cannot be shared out in whole numbers."""
    inputs = inputs.to(model.device)
    shares = (inputs["input_ids"] == model.config.image_token_id).sum(dim=1).tolist()
    means: dict[str, Tensor | None] = {}

    def keep(stage: str, states: Tensor | None) -> None:
        if states is not None:
            means[stage] = _shared_out(states.reshape(-1, states.shape[-1]).float(), shares)

    with _watched(model, outputs, received, keep):
        run(model, inputs)
    return means


@contextmanager
def _watched(model: nn.Module, outputs: Sequence[str], received: str, keep: Any) -> Generator[None]:
    def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        first = args[0] if args else next(value for value in kwargs.values() if isinstance(value, Tensor))
        keep("what the connector receives", readable(first))

    def watch(path: str) -> Any:
        return model.get_submodule(path).register_forward_hook(lambda _, __, output: keep(path, readable(output)))

    handles = [watch(path) for path in outputs]
    handles.append(model.get_submodule(received).register_forward_pre_hook(before, with_kwargs=True))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _shared_out(flat: Tensor, shares: Sequence[int]) -> Tensor | None:
    if any(len(flat) * share % sum(shares) for share in shares):
        return None
    counts = [len(flat) * share // sum(shares) for share in shares]
    return torch.stack([part.mean(dim=0) for part in flat.split(counts)]).cpu()
