"""What the model says, going on greedily from the prompt's key-value cache."""

from typing import Any

import torch
from torch import Tensor


@torch.no_grad()
def continue_greedily(
    model: Any,  # a transformers model
    input_ids: Tensor,
    attention_mask: Tensor,
    prompt_logits: Tensor,
    cache: Any,
    max_new_tokens: int,
) -> Tensor:
    """Greedy answer tokens `[B, max_new_tokens]`, filled with -1 behind the end of the answer.

    Args:
        model: as `class_log_likelihoods`; the cache is used up.
        input_ids, attention_mask: `[B, L]` of the prompt, padded on the left.
        prompt_logits: `[B, V]` at the prompt's last token.
        cache: of length L, filled with positions that start behind the padding.
        max_new_tokens: longest answer.
    """
    first = prompt_logits.argmax(dim=-1, keepdim=True)  # [B, 1]
    ids = torch.cat([input_ids, first], dim=1)
    mask = torch.cat([attention_mask, torch.ones_like(first)], dim=1)
    ends = torch.as_tensor(model.generation_config.eos_token_id, device=ids.device).reshape(-1)
    answer = torch.full((len(ids), max_new_tokens), -1, dtype=torch.long, device=ids.device)
    if bool(torch.isin(first, ends).all()):
        return answer
    said = model.generate(
        input_ids=ids,
        attention_mask=mask,
        past_key_values=cache,
        max_new_tokens=max_new_tokens - 1,
        do_sample=False,
    )[:, input_ids.shape[1] :]
    ended = torch.isin(said, ends).cumsum(dim=1) > 0
    answer[:, : said.shape[1]] = said.masked_fill(ended, -1)
    return answer
