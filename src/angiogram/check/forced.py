"""A model's own logits along tokens that are given: by its own `generate`, and by one forward pass over all of them."""

from typing import Any

import torch
from torch import Tensor
from transformers import GenerationMixin, LogitsProcessor, LogitsProcessorList

from angiogram.model.load import LoadedModel
from angiogram.model.prompt import first_step, in_precision


class _Along(LogitsProcessor):
    """Leaves `generate` one choice at each step."""

    def __init__(self, path: Tensor) -> None:
        self._rest = iter(path.tolist())

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        only = torch.full_like(scores, -torch.inf)
        only[:, next(self._rest)] = 0.0
        return only


@torch.no_grad()
def generated_logits(loaded: LoadedModel, inputs: Any, path: Tensor) -> Tensor:
    """Logits of T steps of `generate`, each before one of the T tokens `path` that it is made to say.

    Returns:
        `[T, V]` on the CPU, without the penalties of the model's generation settings.
    """
    given = in_precision(loaded.model, inputs)
    options = {
        "max_new_tokens": len(path),
        "do_sample": False,
        "num_beams": 1,
        "output_logits": True,
        "return_dict_in_generate": True,
    }
    said = loaded.model.generate(**given, **options, logits_processor=LogitsProcessorList([_Along(path)]))
    if said.sequences[0, -len(path) :].tolist() != path.tolist():  # Janus's own does not look at the processors
        along = LogitsProcessorList([_Along(path)])
        generate: Any = GenerationMixin.generate  # pyright: ignore[reportAttributeAccessIssue] - untyped by transformers
        said = generate(loaded.model, **given, **options, logits_processor=along)
    return torch.cat(said.logits).float().cpu()


@torch.no_grad()
def forward_logits(loaded: LoadedModel, inputs: Any, path: Tensor) -> Tensor:
    """Logits `[T, V]`, on the CPU, before each of the T tokens `path`: one pass over prompt and tokens, no cache."""
    ids: Tensor = inputs["input_ids"]
    filled = {"input_ids": path[None], "attention_mask": torch.ones_like(path)[None]}
    longer: dict[str, Any] = {}
    for name, values in inputs.items():
        if name in loaded.anatomy.carried:
            last = values[:, -1:].expand(-1, len(path), *values.shape[2:])
            longer[name] = torch.cat([values, last], dim=1)
        elif torch.is_tensor(values) and values.shape == ids.shape:
            more = filled.get(name, torch.zeros_like(path)[None])  # the other inputs by token say text (0) or image
            longer[name] = torch.cat([values, more], dim=1)
        else:
            longer[name] = values
    arguments = first_step(loaded.model, longer, use_cache=False, logits_to_keep=len(path) + 1)
    return loaded.model(**arguments).logits[0, -len(path) - 1 : -1].float().cpu()
