"""Whether a batch's tokens can be shared out to its images in proportion to their image tokens in the prompt.

And whether a batch's prompts, which are padded on the left to one length, are read as they are alone.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
LONGER = f"{QUESTION} Look at all of it first, then answer."  # so that the other prompts are padded
CLOSE = 0.02  # of the spread: bfloat16 in a batch against bfloat16 alone
# Kinds of LLM blocks, as transformers calls them, that gather tokens into blocks counted from the left end of a batch.
BLOCKWISE = ("minimax_m3_sparse", "compressed_sparse_attention", "heavily_compressed_attention")
RECEIVED, ENTERS = "what the connector receives", "what enters the LLM"


@dataclass(frozen=True)
class Stages:
    """Modules of which something is read.

    Attributes:
        outputs: encoder blocks and connector, by their outputs.
        received: the connector's first module, by its input.
        entrance: the LLM's first block, by its input.
    """

    outputs: Sequence[str]
    received: str
    entrance: str


def check_sharing(model: Any, processor: Any, stages: Stages, *, equal: bool) -> Finding:
    """Run three images of different shapes alone and in one batch, and compare each one's mean at every stage.

    Args:
        model: the model.
        processor: its processor.
        stages: what is compared.
        equal: the prompt holds as many image tokens for every image, whatever it shows (cross-attention).
    """
    kinds: Sequence[str] = getattr(model.config.get_text_config(decoder=True), "layer_types", None) or ()
    if not set(kinds).isdisjoint(BLOCKWISE):
        return _one_by_one("the LLM gathers tokens into blocks counted from a batch's left end, which padding moves")
    rng = np.random.default_rng(2)
    images = [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ("noise",)) for shape in SHAPES]
    prompts = [chat(processor, question) for question in (QUESTION, LONGER, QUESTION)]
    try:
        alone = [
            _means(model, prepare(processor, prompt, [image]), stages)
            for prompt, image in zip(prompts, images, strict=True)
        ]
        together = _means(model, prepare(processor, prompts, images), stages)
    except (InputError, RuntimeError, ValueError, TypeError, IndexError, AttributeError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        return _one_by_one(f"a batch of three images could not be run ({said[0]})")
    for stage, batch in together.items():
        if batch is None:
            return _one_by_one(f"the tokens of {stage} are not in proportion to the prompt's image tokens")
        each = torch.cat([single for means in alone if (single := means.get(stage)) is not None])
        if each.shape != batch.shape or bool((each - batch).abs().max() > CLOSE * each.std()):
            if stage == ENTERS:
                return _one_by_one("a prompt that is padded on the left enters the LLM otherwise than alone")
            return _one_by_one(f"an image's tokens of {stage} are not where its share of the prompt's image tokens is")
    what = "images of three shapes have the same mean at every encoder block and connector alone and in a batch"
    note = "" if equal else " when tokens are shared out in proportion to the prompt's image tokens"
    return Finding("layout", ("proportional",), "certain", what + note)


def _one_by_one(why: str) -> Finding:
    return Finding("layout", (ONE_BY_ONE,), "certain", f"{why}, so that images are read one by one")


@torch.no_grad()
def _means(model: Any, inputs: Any, stages: Stages) -> Mapping[str, Tensor | None]:
    """Each stage's means `[B, D]` by share; None where the tokens cannot be shared out in whole numbers.

    Of what enters the LLM by prompt, without its padding.
    """
    inputs = inputs.to(model.device)
    shares = (inputs["input_ids"] == model.config.image_token_id).sum(dim=1).tolist()
    means: dict[str, Tensor | None] = {}

    def keep(stage: str, states: Tensor | None) -> None:
        if states is None:
            return
        if stage == ENTERS:
            mask = inputs["attention_mask"].to(states.device)[..., None]  # [B, L, 1]
            means[stage] = ((states.float() * mask).sum(dim=1) / mask.sum(dim=1)).cpu()
        else:
            means[stage] = _shared_out(states.reshape(-1, states.shape[-1]).float(), shares)

    with _watched(model, stages, keep):
        run(model, inputs)
    return means


@contextmanager
def _watched(model: nn.Module, stages: Stages, keep: Any) -> Generator[None]:
    def watch_input(path: str, stage: str) -> Any:
        def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            first = args[0] if args else next(value for value in kwargs.values() if isinstance(value, Tensor))
            keep(stage, readable(first))

        return model.get_submodule(path).register_forward_pre_hook(before, with_kwargs=True)

    def watch(path: str) -> Any:
        return model.get_submodule(path).register_forward_hook(lambda _, __, output: keep(path, readable(output)))

    handles = [watch(path) for path in stages.outputs]
    handles += [watch_input(stages.received, RECEIVED), watch_input(stages.entrance, ENTERS)]
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
