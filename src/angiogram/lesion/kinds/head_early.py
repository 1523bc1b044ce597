"""Head: it reads the stream as an early block leaves it."""

from torch import Tensor, nn

from angiogram.lesion.head import head_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

DEPTH = 1 / 3


def plant(planting: Planting) -> LoadedModel:
    """Blend what the head is given with the stream at a third of the depth, behind the same final norm.

    All blocks work as before, and what leaves the last of them as well.
    """
    loaded, latest = planting.loaded, dict[str, Tensor]()
    blocks = loaded.anatomy.llm_blocks
    norm: nn.Module = loaded.model.get_submodule(loaded.anatomy.llm_norm)

    def seen(states: Tensor) -> Tensor:
        latest["early"] = states
        return states

    def read(states: Tensor) -> Tensor:
        """`[B, M, D]` of the last M tokens."""
        early = norm.forward(latest["early"][:, -states.shape[1] :])  # past the hooks that read the norm
        return states + planting.strength * (early - states)

    planting.output(loaded.model.get_submodule(blocks[max(round(DEPTH * len(blocks)) - 1, 0)]), seen)
    planting.input(head_of(loaded), read)
    return loaded


LESION = Lesion(
    "head-reads-early", "head", frozenset({"words"}), "balanced",
    "The output head is given the last token as it is at a third of the language model's depth.",
    "The last token knows the class at the end of the language model, and its words are looked for elsewhere.", plant,
    draws=False,
)  # fmt: skip
