"""The words of a diagnosis that its results are made of. All accuracies, skills and losses are fractions."""

from typing import Literal

Part = Literal["pixels", "encoder", "connector", "llm"]
Stream = Literal["image", "last"]
StageKey = Literal["R", "V", "C", "I", "U", "S", "G"]
Mode = Literal["vision", "connector", "comprehension", "mapping"]
Fault = Literal["vision", "connector", "hand-over", "language model", "words", "format"]
"""Where a fault stands.

Vision, connector: information is gone there. Hand-over: the class is encoded, but not in terms that the parts behind
read. Language model: it does not use what it can read. Words: it knows the class and names another. Format: it prefers
the right name and does not say it.
"""
State = Literal["present", "absent", "undetermined", "not assessed"]

STAGES: tuple[StageKey, ...] = ("R", "V", "C", "I", "U", "S", "G")
"""In the order of the flow."""
MODES: tuple[Mode, ...] = ("vision", "connector", "comprehension", "mapping")
"""In the order of the flow."""
