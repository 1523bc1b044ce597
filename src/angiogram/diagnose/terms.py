"""The words of a diagnosis that its results are made of. All accuracies, skills and losses are fractions."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["pixels", "encoder", "connector", "llm"]
Stream = Literal["image", "last"]
StageKey = Literal["R", "V", "C", "I", "U", "S", "G"]
Mode = Literal["vision", "connector", "comprehension", "mapping"]
State = Literal["present", "absent", "undetermined", "not assessed"]


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval (paired bootstrap over groups)."""

    value: float
    low: float
    high: float
