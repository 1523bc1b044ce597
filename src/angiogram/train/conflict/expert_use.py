"""How a mixture's experts are used and how alike they are, over many batches."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from scipy.special import entr
from torch import nn

from angiogram.model.build.connectors.experts import Experts
from angiogram.train.conflict.experts import Routed
from angiogram.train.conflict.over_batches import Floats, OverBatches
from angiogram.train.conflict.result import ExpertUse, Table


def expert_use(name: str, experts: Experts, batches: Sequence[Routed], seed: int = 0) -> ExpertUse:
    """Means over batches, with intervals over them; the experts' parameters are what they are.

    Experts that say the same of every token are one expert, however their weights differ. That is why outputs are
    compared as they stand, by the cosine, and not up to a rotation (as CKA would): the language model reads them in one
    basis. [own]

    Args:
        name: of the mixture in the model.
        experts: N of them.
        batches: what each of n batches says.
        seed: of the bootstrap's resamples of batches.

    Raises:
        InputError: there are fewer than two batches.

    >>> one = Routed(np.array(0.0), np.eye(2), np.ones((2, 2)))
    >>> found = expert_use("project", Experts(4, 3, experts=2), [one, one])
    >>> found.entropy.value, found.entropy_of_mean.value, found.use[0][1].value, found.alike_in_output[0][1].value
    (0.0, 1.0, 0.0, 1.0)
    """
    over = OverBatches.of(len(batches), seed)
    entropy = over.means(np.stack([batch.entropy for batch in batches]))  # [1 + B]
    use = over.means(np.stack([batch.use for batch in batches]))  # [1 + B, m, N]
    alike = over.means(np.stack([batch.alike for batch in batches]))  # [1 + B, N, N]
    of_mean = entr(use.mean(axis=1)).sum(axis=-1) / math.log(use.shape[-1])

    def table(samples: Floats, least: float) -> Table:
        rows, columns = samples.shape[1:]
        return tuple(tuple(over.interval(samples[:, i, k], least, 1.0) for k in range(columns)) for i in range(rows))

    return ExpertUse(
        name=name,
        routing=experts.router.routing,
        entropy=over.interval(entropy, 0.0, 1.0),
        entropy_of_mean=over.interval(of_mean, 0.0, 1.0),
        use=table(use, 0.0),
        alike_in_weights=_alike_in_weights(experts),
        alike_in_output=table(alike, -1.0),
    )


@torch.no_grad()
def _alike_in_weights(experts: Experts) -> tuple[tuple[float, ...], ...]:
    """Cosines of the experts' parameters, each expert's in one row."""
    rows = [torch.cat([each.flatten() for each in expert.parameters()]).double().cpu() for expert in experts.experts]
    unit = nn.functional.normalize(torch.stack(rows), dim=1)
    return tuple(map(tuple, (unit @ unit.T).tolist()))
