"""A batch of prompts behind one forward pass: all that its answers are read from."""

import copy
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import GenerationMixin
from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer
from transformers.utils.generic import ModelOutput

from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import first_step


@dataclass(frozen=True)
class Prefill:
    """Prompts, padded on the left, and the key-value cache that one forward pass left of them.

    Attributes:
        model: what goes on from the cache: the transformers model, or the language model in it where the whole takes no
            word without an image.
        inputs: what its processor gave, `input_ids` and `attention_mask` `[B, L]` among it.
        positions: `[B, L]`, or `[A, B, L]` in models with A position axes, as the model itself counts them; None where
            it lets nobody else count.
        carried: inputs `[B, L, ...]` of which every further token repeats the last entry.
        logits: `[B, V]` at each prompt's last token.
        cache: of length L; readers work on a fork of it.
    """

    model: Any
    inputs: Mapping[str, Any]
    positions: Tensor | None
    carried: Mapping[str, Tensor]
    logits: Tensor
    cache: Any

    @property
    def attention_mask(self) -> Tensor:
        """`[B, L]`, 0 at padding."""
        return self.inputs["attention_mask"]

    @property
    def ends(self) -> frozenset[int]:
        """Tokens that end an answer."""
        ends: int | list[int] | None = self.model.generation_config.eos_token_id
        return frozenset([ends] if isinstance(ends, int) else ends or [])

    @property
    def branching(self) -> bool:
        """Whether tokens on several branches can go through the model in one pass, each seeing its own branch alone.

        A mask says what a token sees in layers that keep all tokens' keys, or those of a window. A recurrent state and
        other kinds of memory hold one sequence and no mask can divide them.
        """
        kinds = getattr(self.model.config.get_text_config(decoder=True), "layer_types", None) or ()
        maskable = all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in self.cache.layers)
        return maskable and set(kinds) <= {"full_attention", "sliding_attention"} and self.positions is not None

    @property
    def recurrent(self) -> bool:
        """Whether some layers keep one state of all tokens, which a token behind the prompt goes on from."""
        states = (getattr(layer, "recurrent_states", {}).values() for layer in self.cache.layers)
        return any(isinstance(state, Tensor) for kept in states for state in kept)

    def fork(self) -> Any:
        """A cache that grows without changing this one."""
        return forked(self.cache)

    def behind(self, depths: Sequence[int]) -> dict[str, Tensor]:
        """Forward arguments of M further tokens, each so many tokens behind the prompt's end (0: the first one)."""
        more = {
            name: states[:, -1:].expand(-1, len(depths), *states.shape[2:]) for name, states in self.carried.items()
        }
        if self.positions is None:
            return more
        steps = torch.tensor(depths, device=self.positions.device) + 1
        return {"position_ids": self.positions[..., -1:] + steps, **more}


def forked(cache: Any) -> Any:
    """A copy of a cache that grows without changing it.

    Keys and values are shared until then: they grow by concatenation into new tensors. States of linear attention and
    convolutions change in place, so that they are copied.
    """
    fork = copy.copy(cache)
    fork.layers = [_forked(layer) for layer in cache.layers]
    return fork


def _forked(layer: Any) -> Any:
    fork = copy.copy(layer)
    for name, states in vars(layer).items():
        if isinstance(states, dict):
            own = {key: state.clone() if isinstance(state, Tensor) else state for key, state in states.items()}
            setattr(fork, name, own)
    return fork


def prefill(loaded: LoadedModel, inputs: Any, *, gradient: bool = False) -> Prefill:
    """Run the prompts through the model once; `gradient` keeps the graph, so that answers can be differentiated.

    Hooks that stand on the model meanwhile see this one forward pass.

    Raises:
        InputError: the model gives no key-value cache of the kind that answers are read from.
    """
    arguments = first_step(loaded.model, inputs, use_cache=True, logits_to_keep=1, **_empty_cache(loaded.model))
    with torch.set_grad_enabled(gradient):
        outputs: Any = loaded.model(**arguments)
    cache, speaker = getattr(outputs, "past_key_values", None), loaded.model
    if cache is None:
        cache, speaker = _of_language_model(loaded, outputs)
    if not hasattr(cache, "layers"):
        raise InputError(f"'{loaded.name}' gives no key-value cache with layers, from which its answers could be read.")
    return Prefill(
        model=speaker,
        inputs=dict(inputs),
        positions=arguments.get("position_ids"),
        carried={name: inputs[name] for name in loaded.anatomy.carried if name in inputs},  # of images, some of them
        logits=outputs.logits[:, -1],
        cache=cache,
    )


def _empty_cache(model: Any) -> dict[str, Any]:
    """The cache that `generate` hands to the model's first step, for not every model makes one of its own.

    Nothing where `generate` hands none, or where the language model inside takes it from `generate` alone.
    """
    takes = "past_key_values" in inspect.signature(model.forward).parameters
    dynamic = getattr(model, "_supports_default_dynamic_cache", None)  # which `generate` asks, too
    if not takes or dynamic is None or not dynamic():
        return {}
    return {"past_key_values": DynamicCache(config=model.config.get_text_config(decoder=True))}


def _of_language_model(loaded: LoadedModel, outputs: Any) -> tuple[Any, Any]:
    """The cache inside a model's output, and the language model with a head that it belongs to; else nothing.

    BLIP-2 and InstructBLIP hand on what their language model gave, and go on with that alone.
    """
    whole = outputs if isinstance(outputs, ModelOutput) else ModelOutput()
    inner = (output for output in whole.values() if isinstance(output, ModelOutput))
    cache = next((found for output in inner if (found := output.get("past_key_values")) is not None), None)
    names = loaded.anatomy.llm.split(".")
    modules = (loaded.model.get_submodule(".".join(names[:depth])) for depth in range(1, len(names) + 1))
    speaker = next((module for module in modules if isinstance(module, GenerationMixin)), None)
    return (cache, speaker) if speaker is not None else (None, loaded.model)
