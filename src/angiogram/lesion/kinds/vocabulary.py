"""Head: every word is given the logit of the word before it in the vocabulary."""

from angiogram.lesion.head import head_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Move the logits on by one, the last to the first, as where a head has one row more than its tokenizer."""
    planting.output(head_of(planting.loaded), lambda logits: logits.roll(1, dims=-1))
    return planting.loaded


LESION = Lesion(
    "vocabulary-shifted", "head", frozenset({"words"}), "balanced",
    "Every token is given the logit of the token before it in the vocabulary.",
    "The last token knows the class, and the class words' likelihoods are those of other words.", plant, draws=False,
    graded=False,
)  # fmt: skip
