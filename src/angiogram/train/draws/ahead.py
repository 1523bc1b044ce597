"""The next step's images are read while a step is made."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from angiogram.train.draws.drawn import Draw, Drawn


def ahead(draw: Draw) -> Draw:
    """The same draws; whenever a step is asked for, the one behind it is begun in another thread.

    As a draw depends on its number alone, nothing changes but the time. What a draw raises is raised where it is asked
    for.

    >>> ahead(lambda step: [step])(3)
    [3]
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="draw")
    begun: dict[int, Future[Sequence[Drawn]]] = {}

    def drawn(step: int) -> Sequence[Drawn]:
        found = begun.pop(step, None)
        begun.clear()
        given = draw(step) if found is None else found.result()
        begun[step + 1] = pool.submit(draw, step + 1)
        return given

    return drawn
