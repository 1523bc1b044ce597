"""Accelerate in the arithmetic that a training asks for, also where the process has trained in another before."""

from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedDataParallelKwargs
from torch import cuda

from angiogram.model.precision import native_precision
from angiogram.train.schedule import Precision

MIXED = {"float32": "no", "bfloat16": "bf16"}  # Accelerate's names


def computed_in(precision: Precision) -> str:
    """The arithmetic of the passes on this machine, "auto" decided.

    >>> computed_in("float32"), computed_in("auto") in MIXED
    ('float32', True)
    """
    return native_precision() if precision == "auto" else precision


def accelerator_of(precision: str, *, places: bool) -> Accelerator:
    """Accelerate with passes in this precision.

    Accelerate keeps one state a process and refuses another precision than its first one. Only that state is begun
    anew, not the processes that share the work, and only where it differs: a user may have an accelerator of their own.

    Args:
        precision: one of `MIXED`.
        places: whether it moves what is trained to its device.
    """
    mixed = MIXED[precision]
    known = AcceleratorState._shared_state  # pyright: ignore[reportPrivateUsage] - asking the state itself begins one
    if known.get("_mixed_precision", mixed) != mixed:
        AcceleratorState._reset_state()  # pyright: ignore[reportPrivateUsage] - there is no public way
    return Accelerator(
        cpu=not cuda.is_available(),
        mixed_precision=mixed,
        device_placement=places,
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )
