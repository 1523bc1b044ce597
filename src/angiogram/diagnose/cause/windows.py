"""Sliding windows over the LLM's blocks."""

from collections.abc import Iterable, Sequence

FRACTION = 5  # a window is this part of the depth


def sliding_windows(blocks: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Windows of about a fifth of the blocks, each half a window further; the last ends with the last block. [own]

    One block is too little to cut where its neighbours read the same (Geva et al. 2023, arXiv 2304.14767, cut windows
    for that reason).

    Args:
        blocks: those that can read the image, ascending.

    >>> sliding_windows(range(3))
    ((0,), (1,), (2,))
    >>> [(window[0], window[-1]) for window in sliding_windows(range(24))][-3:]
    [(16, 20), (18, 22), (19, 23)]
    """
    width = max(1, round(len(blocks) / FRACTION))
    starts = list(range(0, len(blocks) - width + 1, stride(len(blocks))))
    if starts[-1] + width < len(blocks):
        starts.append(len(blocks) - width)
    return tuple(tuple(blocks[start : start + width]) for start in starts)


def stride(depth: int) -> int:
    """Half a window, at least one block."""
    return max(1, round(depth / FRACTION) // 2)


def places(depth: int) -> tuple[int, ...]:
    """The blocks behind which the image is exchanged: one a stride, and the last.

    >>> places(3), places(24)[:3], places(24)[-2:]
    ((0, 1, 2), (1, 3, 5), (21, 23))
    """
    step = stride(depth)
    return tuple(sorted({*range(step - 1, depth, step), depth - 1}))


def ranges(blocks: Iterable[int], among: Sequence[int] | None = None) -> str:
    """Block numbers in words.

    Args:
        blocks: at least one.
        among: ascending; those that stand side by side in it make a range. Without it, all numbers.

    >>> ranges({4, 2, 3, 9}), ranges([0]), ranges([3, 8])
    ('blocks 2 to 4 and 9', 'block 0', 'blocks 3 and 8')
    >>> ranges([1, 3, 5, 9], among=[1, 3, 5, 7, 9])
    'blocks 1 to 5 and 9'
    """
    ordered = sorted(blocks)
    following = range(ordered[-1] + 1) if among is None else among
    runs: list[list[int]] = []
    for block in ordered:
        if runs and following.index(block) == following.index(runs[-1][1]) + 1:
            runs[-1][1] = block
        else:
            runs.append([block, block])
    *firsts, final = [str(low) if low == high else f"{low} to {high}" for low, high in runs]
    listed = f"{', '.join(firsts)} and {final}" if firsts else final
    return f"block {listed}" if len(ordered) == 1 else f"blocks {listed}"
