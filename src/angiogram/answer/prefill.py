"""A batch of prompts behind one forward pass: all that its answers are read from."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import first_step


@dataclass(frozen=True)
class Prefill:
    """Prompts, padded on the left, and the key-value cache that one forward pass left of them.

    Attributes:
        model: a transformers model.
        inputs: what its processor gave, `input_ids` and `attention_mask` `[B, L]` among it.
        positions: `[B, L]`, or `[A, B, L]` in models with A position axes, as the model itself counts them.
        carried: inputs `[B, L, ...]` of which every further token repeats the last entry.
        logits: `[B, V]` at each prompt's last token.
        cache: of length L; readers work on a fork of it.
    """

    model: Any
    inputs: Mapping[str, Any]
    positions: Tensor
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

    def fork(self) -> Any:
        """A cache that grows without changing this one; the tensors are shared until then.

        Dynamic cache layers grow by concatenation into new tensors, so that copies of the layer objects are enough.
        """
        fork = copy.copy(self.cache)
        fork.layers = [copy.copy(layer) for layer in self.cache.layers]
        return fork

    def behind(self, depths: Sequence[int]) -> dict[str, Tensor]:
        """Forward arguments of M further tokens, each so many tokens behind the prompt's end (0: the first one)."""
        steps = torch.tensor(depths, device=self.positions.device) + 1
        more = {
            name: states[:, -1:].expand(-1, len(depths), *states.shape[2:]) for name, states in self.carried.items()
        }
        return {"position_ids": self.positions[..., -1:] + steps, **more}


def prefill(loaded: LoadedModel, inputs: Any, *, gradient: bool = False) -> Prefill:
    """Run the prompts through the model once; `gradient` keeps the graph, so that answers can be differentiated.

    Hooks that stand on the model meanwhile see this one forward pass.

    Raises:
        InputError: the model gives no key-value cache of the kind that answers are read from.
    """
    arguments = first_step(loaded.model, inputs, use_cache=True, logits_to_keep=1)
    with torch.set_grad_enabled(gradient):
        outputs = loaded.model(**arguments)
    cache = getattr(outputs, "past_key_values", None)
    if not hasattr(cache, "layers"):
        raise InputError(f"'{loaded.name}' gives no key-value cache with layers, from which its answers could be read.")
    return Prefill(
        model=loaded.model,
        inputs=dict(inputs),
        positions=arguments["position_ids"],
        carried={name: inputs[name] for name in loaded.anatomy.carried},
        logits=outputs.logits[:, -1],
        cache=cache,
    )
