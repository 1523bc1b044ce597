"""The repairs by name, the least first, and which fault each may mend. [own]

Least: what changes fewest weights, and what stands latest in the flow, so that all before it stays as it was.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from angiogram.diagnose.terms import Fault

Repair = Literal["class-words", "connector-refit", "connector-training", "llm-lora", "encoder-tuning"]
REPAIRS: tuple[Repair, ...] = ("class-words", "connector-refit", "connector-training", "llm-lora", "encoder-tuning")
"""The least first."""
RECIPES: Mapping[Repair, str] = MappingProxyType(
    {"connector-training": "connector", "llm-lora": "lora", "encoder-tuning": "encoder"}
)
"""The recipe that comes along for each repair that is trained; the others are fitted."""
BEFORE, AFTER, MENDED = FOLDERS = ("before", "after", "mended")
"""Of a mend: the first diagnosis where it is made for it, the second one, the model."""
MENDS: Mapping[Fault, tuple[Repair, ...]] = MappingProxyType(
    {
        "vision": ("encoder-tuning",),
        "connector": ("connector-training",),
        "hand-over": ("connector-refit", "connector-training"),
        "language model": ("llm-lora",),
        "words": ("class-words", "llm-lora"),
        "format": ("class-words", "llm-lora"),
    }
)


def repairs_of(faults: Sequence[Fault]) -> tuple[Repair, ...]:
    """What may mend one of these faults, the least first.

    >>> repairs_of(("hand-over", "language model"))
    ('connector-refit', 'connector-training', 'llm-lora')
    """
    wanted = {repair for fault in faults for repair in MENDS[fault]}
    return tuple(repair for repair in REPAIRS if repair in wanted)
