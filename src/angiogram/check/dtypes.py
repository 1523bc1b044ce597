"""Are weights and features finite, and is the arithmetic one that this machine is good at?"""

from collections import Counter

import torch
from torch import Tensor

from angiogram.check.result import Finding, first_few
from angiogram.check.subject import Subject
from angiogram.model.precision import cpu_computes_bfloat16

NAME = "dtype sanity"
MEASURED = "weights and taps that hold a NaN or an infinity"


def dtype_sanity(subject: Subject) -> Finding:
    """NaN or infinity is wrong, wherever; float16 shows an overflow like this. Mixed or slow types are warned of."""
    model = subject.loaded.model
    weights = list(model.named_parameters())
    broken = [name for name, weight in weights if not _finite(weight)]
    counts = Counter[str]()
    for _, weight in weights:
        counts[str(weight.dtype).removeprefix("torch.")] += weight.numel()
    listed = ", ".join(f"{count:,} {dtype}" for dtype, count in counts.most_common())
    if broken:
        return Finding(len(broken), 0, "wrong", f"NaN or infinity in the weights {first_few(broken)}.")
    reading = subject.together
    spoilt = [name for name, rows in reading.pooled.items() if not rows.isfinite().all()]
    if not reading.likelihoods.isfinite().all():
        spoilt.append("the class log-likelihoods")
    if spoilt:
        overflow = " (float16 ends at 65504)" if "float16" in counts else ""
        return Finding(len(spoilt), 0, "wrong", f"NaN or infinity{overflow} from {first_few(spoilt)}; {listed}.")
    cautions: list[str] = []
    if unseen := sum(weight.is_meta for _, weight in weights):
        cautions.append(f"{unseen} weights lie outside the memory and were not looked at")
    if len(counts) > 1:
        cautions.append("several types")
    if _slow(model.device, counts):
        cautions.append("16-bit arithmetic is slow on this CPU; use --precision float32")
    if cautions:
        return Finding(0, 0, "warning", f"Parameters: {listed}: {'; '.join(cautions)}.")
    return Finding(0, 0, "ok", f"Parameters: {listed}; all weights and taps are finite.")


def _finite(weight: Tensor) -> bool:
    """By its extremes, which a NaN spreads to: no mask of the weight's size is made. What is not there passes."""
    if weight.is_meta or not weight.is_floating_point() or not weight.numel():
        return True
    values = weight if weight.element_size() > 1 else weight.float()  # float8 has no comparisons
    return all(bool(end.isfinite()) for end in torch.aminmax(values))


def _slow(device: torch.device, counts: Counter[str]) -> bool:
    if device.type != "cpu":
        return False
    return "float16" in counts or ("bfloat16" in counts and not cpu_computes_bfloat16())
