"""Which cases go through the model together, and how many."""

import math
from collections.abc import Callable, Sequence

import torch

MOST, ON_CPU = 128, 16
SHARE = 0.8  # of the free memory


def by_length(shapes: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Case indices so that images of one size follow each other, small ones first.

    The prompt is the same for all cases, so the image's (height, width) decides how long a case is, and cases of one
    length need no padding.

    >>> by_length([(2, 8), (4, 4), (2, 2), (4, 4)])
    (2, 0, 1, 3)
    """
    return tuple(sorted(range(len(shapes)), key=lambda i: (shapes[i][0] * shapes[i][1], shapes[i])))


def cut(rows: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """Consecutive batches; the last may be smaller.

    >>> cut([2, 0, 1], 2)
    [(2, 0), (1,)]
    """
    return [tuple(rows[start : start + size]) for start in range(0, len(rows), size)]


def fitting_size(run: Callable[[int], object], devices: Sequence[torch.device]) -> int:
    """The largest power of two, at most 128, of images that `SHARE` of the free memory of every GPU holds.

    Args:
        run: sends so many of the longest cases through the model.
        devices: the GPUs that the model lies on; without any the size is 16.
    """
    if not devices:
        return ON_CPU
    try:
        run(1)  # what is allocated once and for all
        one, two = _peaks(run, 1, devices), _peaks(run, 2, devices)
    except torch.OutOfMemoryError:
        return 1
    holds: list[float] = []
    for device, first, second in zip(devices, one, two, strict=True):
        each = max(second - first, 1)
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        free = SHARE * (torch.cuda.mem_get_info(device)[0] + unused)
        holds.append((free - max(first - each, 0)) / each)
    return power_of_two(min(holds))


def power_of_two(bound: float) -> int:
    """The largest power of two that is not above `bound`, between 1 and `MOST`.

    >>> power_of_two(0.3), power_of_two(63.9), power_of_two(5000)
    (1, 32, 128)
    """
    return 2 ** math.floor(math.log2(min(max(bound, 1), MOST)))


def _peaks(run: Callable[[int], object], count: int, devices: Sequence[torch.device]) -> list[int]:
    """Bytes above what was allocated before, on each GPU."""
    for device in devices:
        torch.cuda.reset_peak_memory_stats(device)
    before = [torch.cuda.memory_allocated(device) for device in devices]
    run(count)
    return [torch.cuda.max_memory_allocated(device) - used for device, used in zip(devices, before, strict=True)]
