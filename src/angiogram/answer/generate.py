"""What the model says, going on greedily from the prompt's key-value cache."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.answer.prefill import Prefill


@torch.no_grad()
def continue_greedily(prompts: Prefill, rows: Tensor, max_new_tokens: int) -> Tensor:
    """Greedy answer tokens `[b, max_new_tokens]` of b rows, filled with -1 behind the end of each answer.

    The most likely token each time: penalties and suppressed tokens of the model's generation settings are not applied.

    Args:
        prompts: the prompts.
        rows: `[b]`, which of them to answer.
        max_new_tokens: longest answer.
    """
    device = prompts.logits.device
    cache = prompts.fork()
    cache.reorder_cache(rows)
    cache.prompt_rows = rows  # for hooks that treat each prompt in its own way
    ends = torch.tensor(sorted(prompts.ends), device=device)
    mask = prompts.attention_mask[rows]
    token = prompts.logits[rows].argmax(dim=-1, keepdim=True)  # [b, 1]
    answer = torch.full((len(rows), max_new_tokens), -1, dtype=torch.long, device=device)
    going = torch.ones_like(token, dtype=torch.bool)
    for step in range(max_new_tokens):
        going &= ~torch.isin(token, ends)
        if not going.any():
            break
        answer[:, step] = token.masked_fill(~going, -1).squeeze(1)
        if step + 1 == max_new_tokens:
            break
        mask = torch.cat([mask, torch.ones_like(token)], dim=1)
        further = {
            name: states[:, rows] if name == "position_ids" and states.dim() == 3 else states[rows]
            for name, states in prompts.behind([step]).items()
        }
        logits = prompts.model(
            input_ids=token, attention_mask=mask, past_key_values=cache, use_cache=True, **further
        ).logits
        token = logits[:, -1].argmax(dim=-1, keepdim=True)
    return answer


def decode(tokens: NDArray[np.integer], tokenizer: Any) -> list[tuple[str, bool]]:
    """Generated answers `[n, longest]` as (text, whether the model ended it before the longest length)."""
    return [(tokenizer.decode(row[row >= 0], skip_special_tokens=True).strip(), bool(row[-1] < 0)) for row in tokens]
