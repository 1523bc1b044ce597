"""Which device and which arithmetic a model gets."""

import platform
from typing import Any

import torch

from angiogram.cache import Progress
from angiogram.errors import InputError

X86 = ("x86_64", "amd64", "i386", "i686")


def native_precision() -> str:
    """`bfloat16` where the GPU, or without one the CPU, computes in it natively, else `float32`.

    On a CPU without native support bfloat16 is many times slower than float32.
    """
    native = torch.cuda.is_bf16_supported() if torch.cuda.is_available() else cpu_computes_bfloat16()
    return "bfloat16" if native else "float32"


def device_named(wanted: str) -> torch.device:
    """The device of a `Loading`, "auto" decided.

    Raises:
        InputError: a GPU is asked for that this machine does not have.
    """
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "auto":
        wanted = "cuda" if found else "cpu"
    device = torch.device(wanted)
    if device.type == "cpu":
        return device
    if not found:
        raise InputError(f"--device {wanted} is not there: torch finds no GPU on this machine; use --device cpu.")
    if ":" not in wanted:
        return torch.device("cuda", torch.cuda.current_device())  # that of this rank
    if device.index >= found:
        there = "cuda:0" if found == 1 else f"cuda:0 to cuda:{found - 1}"
        raise InputError(f"--device {wanted} is not there: this machine has {there}.")
    return device


def dtype_named(wanted: str, device: torch.device, progress: Progress) -> torch.dtype:
    """The floating-point type of a `Loading`, "auto" decided; `progress` is told where the type is slow there."""
    if wanted == "auto":
        return torch.bfloat16 if device.type == "cuda" and torch.cuda.is_bf16_supported() else torch.float32
    dtype: torch.dtype = getattr(torch, wanted)
    if device.type == "cpu" and (dtype == torch.float16 or (dtype == torch.bfloat16 and not cpu_computes_bfloat16())):
        progress(f"warning: this CPU does not compute in {wanted} natively; float32 would be many times faster")
    return dtype


def cpu_computes_bfloat16() -> bool:
    """Whether this CPU has instructions for bfloat16.

    oneDNN says so of every x86 with AVX-512 as well, where it computes in float32 between two roundings: four times
    slower in a linear layer than float32 itself.
    """
    if platform.machine().lower() in X86:
        told: Any = torch.cpu  # which says it under private names only
        return told._is_avx512_bf16_supported() or told._is_amx_tile_supported()
    return torch.ops.mkldnn._is_mkldnn_bf16_supported()
