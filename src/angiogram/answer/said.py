"""How likely a model's own words were to it."""

import torch
from torch import Tensor

from angiogram.answer.prefill import Prefill

NOTHING = -1  # behind the end of an answer


@torch.no_grad()
def mean_log_probabilities(prompts: Prefill, tokens: Tensor) -> Tensor:
    """Mean log-probability of the tokens of each prompt's answer, `[B]` in float32.

    One pass over all answers, each behind its own prompt. The token that ends an answer does not count; an answer
    without a token has minus infinity.

    Args:
        prompts: B prompts.
        tokens: `[B, L]`, as `continue_greedily` gives them: -1 behind the end of each answer.
    """
    said = tokens != NOTHING
    longest = int(said.sum(dim=1).max())
    if not longest:
        return torch.full((len(tokens),), -torch.inf)
    said, tokens = said[:, :longest], tokens[:, :longest].clamp(min=0).to(prompts.logits.device)
    logits = [prompts.logits[:, None]]  # [B, 1, V]
    if longest > 1:
        fed = tokens[:, :-1]
        mask = torch.cat([prompts.attention_mask, torch.ones_like(fed)], dim=1)  # an answer's end sees no padding
        logits.append(
            prompts.model(
                input_ids=fed,
                attention_mask=mask,
                past_key_values=prompts.fork(),
                use_cache=True,
                **prompts.behind(range(longest - 1)),
            ).logits
        )
    each = torch.cat([part.float().log_softmax(dim=-1) for part in logits], dim=1)  # [B, L, V]
    own = each.gather(-1, tokens[..., None])[..., 0].cpu().masked_fill(~said.cpu(), 0)
    count = said.sum(dim=1).cpu()
    return torch.where(count > 0, own.sum(dim=1) / count.clamp(min=1), -torch.inf)
