"""The LLM's attention to the image, weakened or cut: for tests of what an answer uses, and for planted faults."""

import math
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature
from typing import Any, Literal

import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel

QueryRows = Literal["last", "later"]
Hooked = tuple[tuple[Any, ...], dict[str, Any]]


# Kinds of LLM blocks, as transformers calls them, whose attention takes a mask, and that mix no tokens at all.
MASKED = ("full_attention", "sliding_attention", "chunked_attention")
WITHOUT_ATTENTION = ("mlp", "moe")


def image_readers(loaded: LoadedModel) -> tuple[int, ...]:
    """Indices of the LLM blocks that can read the image: all that mix tokens, or those with cross-attention to it."""
    blocks = loaded.anatomy.llm_blocks
    if loaded.anatomy.image_tokens:
        kinds = _kinds(loaded)
        return tuple(i for i in range(len(blocks)) if kinds.get(i) not in WITHOUT_ATTENTION)
    return tuple(i for i, path in enumerate(blocks) if hasattr(loaded.model.get_submodule(path), "cross_attn"))


def check_readers(loaded: LoadedModel) -> None:
    """Refuse a model whose attention to the image `image_attention_bias` could not change.

    Raises:
        InputError: no LLM block is known to read the image, some read it in another way than by attention with a mask,
            or the blocks take no attention mask by name.
    """
    readers = image_readers(loaded)
    if not readers:
        raise InputError(f"It is not known which blocks of '{loaded.name}' read the image: run without --causal.")
    if not loaded.anatomy.image_tokens:
        return
    kinds = _kinds(loaded)
    others = sorted({kinds[index] for index in readers if index in kinds} - set(MASKED))
    if others:
        count = sum(kinds.get(index) in others for index in readers)
        raise InputError(
            f"{count} of the {len(readers)} LLM blocks of '{loaded.name}' carry the image on by "
            f"{', '.join(kind.replace('_', ' ') for kind in others)}, where reading it cannot be cut by a mask: run "
            "without --causal."
        )
    blocks = [loaded.model.get_submodule(loaded.anatomy.llm_blocks[index]) for index in readers]
    if any("attention_mask" not in signature(block.forward).parameters for block in blocks):
        raise _no_mask(loaded.name)


def _kinds(loaded: LoadedModel) -> dict[int, str]:
    """Kind of each LLM block by its index; empty where the configuration does not say it block by block."""
    config = loaded.model.config.get_text_config(decoder=True)
    kinds = getattr(config, "layer_types", None) or getattr(config, "layers_block_type", None) or ()
    return dict(enumerate(kinds)) if len(kinds) == len(loaded.anatomy.llm_blocks) else {}


def _no_mask(name: str) -> InputError:
    return InputError(
        f"The blocks of '{name}' do not take their attention mask as a tensor by name, so that their attention to the "
        "image cannot be changed."
    )


@contextmanager
def image_attention_bias(
    loaded: LoadedModel, inputs: Any, blocks: Sequence[int], bias: float, rows: QueryRows
) -> Generator[None]:
    """Add `bias` to the attention scores from some tokens to the image tokens of their own prompt.

    It holds for every forward pass inside the context: the prompts' prefill and the passes that go on from its cache,
    whose tokens are all the answer's. With -inf the image is not read at all and the other weights are renormalised; a
    finite number multiplies the weights of the image tokens by exp(bias) before that. Image tokens among themselves are
    left alone.

    An LLM that reads the image by cross-attention has nothing beside it to give the weight to: there the attention's
    whole output is multiplied by exp(bias), in those of the blocks that have cross-attention; the block's MLP stays.

    Args:
        loaded: the model.
        inputs: the processor's, of the B prompts that are run inside the context.
        blocks: indices into `loaded.anatomy.llm_blocks`.
        bias: -inf or a number.
        rows: which tokens read so: "last", the prompt's last token and the answer's; "later", every token that is no
            image token, in a causal LLM the same as every token behind the image.

    Raises:
        InputError: during a forward pass, when the blocks do not take their attention mask as a tensor by name.
    """
    if math.isnan(bias) or bias == math.inf:
        raise ValueError(f"The bias must be -inf or a number, not {bias}.")
    prompts = _Prompts.of(loaded, inputs, rows)
    handles: list[Any] = []
    try:
        for index in blocks:
            block = loaded.model.get_submodule(loaded.anatomy.llm_blocks[index])
            if loaded.anatomy.image_tokens:
                before = _Masked(loaded.name, index, prompts, bias)
                handles.append(block.register_forward_pre_hook(before, with_kwargs=True))
            elif hasattr(block, "cross_attn"):
                behind = _Scaled(prompts, math.exp(bias))
                handles.append(block.cross_attn.register_forward_hook(behind, with_kwargs=True))
        yield
    finally:
        for handle in handles:
            handle.remove()


@dataclass(frozen=True)
class _Prompts:
    """Where the image stands, `[B, L]`, and which tokens read it with the bias, `[B, L]`."""

    image: Tensor
    reading: Tensor

    @staticmethod
    def of(loaded: LoadedModel, inputs: Any, rows: QueryRows) -> "_Prompts":
        image, real = image_mask(loaded.model, inputs), inputs["attention_mask"].bool()
        if rows == "later":  # without image tokens in the LLM their one placeholder reads the image, too
            return _Prompts(image, real & ~image if loaded.anatomy.image_tokens else real)
        places = torch.arange(real.shape[1], device=real.device)
        return _Prompts(image, places == (real * places).argmax(dim=1, keepdim=True))

    def queries(self, states: Tensor, first: bool) -> Tensor:
        """`[B, Q]`, true where a token of these states `[B, Q, D]` reads with the bias."""
        if not first:
            return torch.ones(states.shape[:2], dtype=torch.bool, device=states.device)
        if states.shape[:2] != self.reading.shape:
            said = f"{tuple(states.shape[:2])} tokens where the inputs have {tuple(self.reading.shape)}"
            raise ValueError(f"Inside the context only the prompts of its inputs can be run, not {said}.")
        return self.reading.to(states.device)

    def keys(self, start: int, count: int, cache: Any) -> Tensor:
        """`[B, K]`, true at image tokens among the keys start..start + count; behind the prompt there are none."""
        chosen: Tensor | None = getattr(cache, "prompt_rows", None)  # which prompts a fork of the cache goes on with
        image = self.image if chosen is None else self.image[chosen.to(self.image.device)]
        return nn.functional.pad(image, (0, max(0, start + count - image.shape[1])))[:, start : start + count]


@dataclass(frozen=True)
class _Masked:
    """A hook before a block with self-attention, which turns its mask into an additive one with the bias in it."""

    name: str
    index: int
    prompts: _Prompts
    bias: float

    def __call__(self, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Hooked:
        mask = kwargs.get("attention_mask", self)  # None is one
        if mask is not None and not (isinstance(mask, Tensor) and mask.dim() == 4):
            raise _no_mask(self.name)
        states: Tensor = args[0] if args else kwargs["hidden_states"]  # [B, Q, D]
        cache, count = kwargs.get("past_key_values"), states.shape[1]
        seen = 0 if cache is None else cache.get_seq_length(self.index)
        length, start = (count, 0) if cache is None else cache.get_mask_sizes(count, self.index)
        queries = self.prompts.queries(states, seen == 0)
        keys = self.prompts.keys(start, length, cache).to(states.device)
        added = torch.zeros((), dtype=states.dtype, device=states.device) + self.bias
        biased = (queries[:, :, None] & keys[:, None])[:, None]  # [B, 1, Q, K]
        additive = _additive(mask, states, seen, start, length)
        # The lowest number and not -inf: a padded query may see nothing at all.
        further = torch.where(biased, additive + added, additive).clamp(min=torch.finfo(states.dtype).min)
        return args, {**kwargs, "attention_mask": further}


def _additive(mask: Tensor | None, states: Tensor, seen: int, start: int, length: int) -> Tensor:
    """The block's mask `[B or 1, 1, Q, K]` in the states' precision, the causal one where it is left to the kernel."""
    lowest = torch.finfo(states.dtype).min
    if mask is None:
        places = torch.arange(seen, seen + states.shape[1], device=states.device)
        mask = (torch.arange(start, start + length, device=states.device) <= places[:, None])[None, None]
    mask = mask.to(states.device)
    if mask.dtype == torch.bool:
        return torch.zeros(mask.shape, dtype=states.dtype, device=states.device).masked_fill(~mask, lowest)
    return mask.to(states.dtype).clamp(min=lowest)


@dataclass(frozen=True)
class _Scaled:
    """A hook behind a cross-attention, which scales what it says to the reading tokens."""

    prompts: _Prompts
    factor: float

    def __call__(self, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
        said: Tensor = output[0]  # [B, Q, D]
        first = kwargs.get("cross_attention_states") is not None  # later passes find them in the cache
        queries = self.prompts.queries(said, first)
        return (torch.where(queries[..., None], said * self.factor, said), *output[1:])
