"""A number with how sure it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval (paired bootstrap over groups)."""

    value: float
    low: float
    high: float
