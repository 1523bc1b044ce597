"""What the model's own answers say of where they fail."""

from dataclasses import dataclass
from math import factorial

from angiogram.diagnose.read.answers import CHOSEN, RAW, UNPARSED
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.read.told_in_words import Speech, speech

ACCIDENT = 0.05
"""Chance above which names that are exchanged one to one may be an accident."""
MAJORITY = 0.5
"""Share of the lost words above which they name another class."""


@dataclass(frozen=True)
class Said:
    """What the model's own answers say of where they fail.

    Attributes:
        told: whether it says the classes when it is told them in words.
        classes: their number K.
        calibrated: accuracy of the answer by likelihood, S.
        raw: the same as the likelihoods are, without calibration.
        words: accuracy of the answer in words, G.
        named: share of the cases that are right by likelihood and wrong in words in which the words name a class.
    """

    told: Speech
    classes: int
    calibrated: float
    raw: float
    words: float
    named: float

    @property
    def names_another(self) -> bool:
        """Whether what is lost in words alone names another class, most of it.

        Or most of it is lost without calibration already: what the model would say whatever the image then outweighs
        what it reads of the image.
        """
        by_calibration = self.calibrated - self.raw > (self.calibrated - self.words) / 2
        return by_calibration or self.named > MAJORITY

    @property
    def by_accident(self) -> bool:
        """Whether of so few classes any garbling of the image may give each class a name of its own.

        Of all maps from K classes to K names the share K! / K^K is one to one: half for two, 9 % for four.
        """
        return factorial(self.classes) / self.classes**self.classes > ACCIDENT


def said_of(found: Assessed, told: float) -> Said:
    """What the answers say; `told` is `probability_when_told`."""
    right = {way: float((read == found.truth).mean()) for way, read in found.answering.readings.items()}
    constrained, generated = found.answering.constrained == found.truth, found.answering.generated
    silenced = generated[constrained & (generated != found.truth)]  # right by likelihood, wrong in words
    named = float((silenced != UNPARSED).mean()) if len(silenced) else 0.0
    words = float((generated == found.truth).mean())
    classes = found.answering.raw.shape[1]
    return Said(speech(told, classes), classes, right[CHOSEN], right[RAW], words, named)
