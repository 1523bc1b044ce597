"""The words of an evaluation that its results are made of."""

from typing import Literal

Condition = Literal["real", "blind", "other"]
"""What the model is shown: the entry's own image, none, or that of another group (patient)."""
CONDITIONS: tuple[Condition, ...] = ("real", "blind", "other")
CONTROLS: tuple[Condition, ...] = ("blind", "other")
Blind = Literal["text", "grey"]
"""How a model is asked without an image: by its text alone, or, where it cannot be, with an even grey picture."""
