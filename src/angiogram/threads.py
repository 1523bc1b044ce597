"""How many threads the matrix libraries take: few enough that they do not wait for one another. [own]

NumPy and SciPy each bring a BLAS with a pool of threads of its own, and a thread that waits for its pool keeps its core
busy. A probe alternates between the two libraries, so that with a thread a core in each pool they fight: on two cores a
probe of 400 cases took up to twenty times as long as with one thread, and one of 4,000 still a third longer.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController

FEW = 1000
"""Cases up to which a second thread costs more than it saves."""
POOLS = 2
"""NumPy's and SciPy's."""


@contextmanager
def matrix_threads(cases: int) -> Generator[None]:
    """Within it each library takes one thread for few cases, else its share of the cores; never more than it had.

    >>> import scipy.linalg
    >>> with matrix_threads(400):
    ...     {each["num_threads"] for each in ThreadpoolController().select(user_api="blas").info()}
    {1}
    """
    share = 1 if cases <= FEW else max(1, len(os.sched_getaffinity(0)) // POOLS)
    libraries = ThreadpoolController().select(user_api="blas")  # those that are loaded by now
    allowed = {each.prefix: min(share, each.num_threads) for each in libraries.lib_controllers}
    with libraries.limit(limits=allowed):
        yield
