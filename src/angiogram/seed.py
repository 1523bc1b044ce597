"""What random numbers start from."""

from numbers import Integral

from angiogram.errors import InputError

LARGEST = 2**32 - 1


def check_seed(seed: int) -> None:
    """Refuse a seed that scikit-learn would not take.

    Raises:
        InputError: not a whole number, negative, or larger than 32 bits hold.

    >>> check_seed(LARGEST)
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= seed <= LARGEST:
        raise InputError(f"A seed must be a whole number from 0 to {LARGEST}, not {seed}.")
