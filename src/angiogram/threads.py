"""How many threads the matrix libraries take, and how they wait: so that they do not fight over the cores. [own]

NumPy and SciPy each bring a BLAS with a pool of threads of its own, and a thread that waits for its pool keeps its core
busy. A probe alternates between the two libraries, so that with a thread a core in each pool they fight, and few cases
take many times as long as with one thread each.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController

FEW = 1000
"""Cases up to which a second thread costs more than it saves."""
POOLS = 2
"""NumPy's and SciPy's."""
SPIN = "1000"
"""Rounds for which a thread of OpenMP looks for work before it sleeps: enough between two layers of a model. The
library's own 300,000 keep a core that another job needs."""


def wait_briefly() -> None:
    """Let OpenMP's threads wait as `SPIN` says, where the user has said nothing. Only before torch is loaded."""
    if not {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & set(os.environ):
        os.environ["GOMP_SPINCOUNT"] = SPIN


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
