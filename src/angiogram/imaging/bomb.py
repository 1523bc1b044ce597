"""How much may come out of a packed file: far more than images pack to is refused before it is unpacked."""

FREE = 2**30  # bytes that anything may unpack to
MOST_TIMES = 200
LIMIT = f"at most {FREE // 2**20} MiB or {MOST_TIMES} times the file's size is unpacked"


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether a file of `packed` bytes of which `unpacked` come out is refused; images pack to a tenth at best.

    >>> is_bomb(10_000_000, 4 * 2**30), is_bomb(10_000_000, 2**30), is_bomb(2**30, 20 * 2**30)
    (True, False, False)
    """
    return unpacked > max(FREE, MOST_TIMES * packed)
