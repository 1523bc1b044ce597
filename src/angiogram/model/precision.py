"""Which arithmetic is fast on this machine."""

import torch


def training_precision() -> str:
    """Accelerate's `mixed_precision`: bf16 where the processor computes in it natively, else "no".

    On a CPU without native support bf16 is many times slower than float32.
    """
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported() else "no"
    return "bf16" if torch.ops.mkldnn._is_mkldnn_bf16_supported() else "no"
