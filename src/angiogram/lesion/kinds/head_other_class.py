"""Head: for a share of the images it prefers a class that is drawn for each of them."""

from functools import partial

from torch import Tensor

from angiogram.lesion.head import head_of
from angiogram.lesion.kinds.head_biased import preferable_names
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.lesion.raised import Raised
from angiogram.model.load import LoadedModel

ABOVE = 3.0


def plant(planting: Planting) -> LoadedModel:
    """Raise the drawn class's token above all others wherever class names part.

    As the class is another one from image to image, no calibration takes this out of the likelihoods. By chance it is
    the right one for one image in as many as there are classes.

    Raises:
        InputError: no class has a token of its own.
    """
    names, head = preferable_names(planting.material.names), head_of(planting.loaded)

    def drawn(number: int, key: int) -> bool:
        return planting.hits(key) and int(planting.rng("class", key).integers(len(names))) == number

    for number, tokens in enumerate(names):
        planting.output(head, Raised(planting.shown, tokens, _far_above, partial(drawn, number)))
    return planting.loaded


def _far_above(logits: Tensor, _: int) -> Tensor:
    return logits.amax(dim=-1) + ABOVE


LESION = Lesion(
    "head-other-class", "head", frozenset({"words"}), "balanced",
    "For a share of the images the output head prefers the words of a class that is drawn for each image.",
    "The last token knows the class, and the head prefers another, which no correction for all images can foresee.",
    plant,
)  # fmt: skip
