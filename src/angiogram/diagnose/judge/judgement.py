"""The verdict: one place, reached once, from evidence that was gathered before."""

from dataclasses import dataclass

from angiogram.diagnose.judge.locate import Located, Said, locate
from angiogram.diagnose.judge.modes import Measured, judge_modes
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.read.answers import CHOSEN, RAW, UNPARSED
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.read.told_in_words import speech
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.terms import Interval


@dataclass(frozen=True)
class Judgement:
    """What is said of a model.

    Attributes:
        verdicts: the four failure modes, in the order of the flow.
        located: where the fault stands.
        unread: whether no probe from the encoder's end to the last token reads more than chance allows.
    """

    verdicts: tuple[Verdict, ...]
    located: Located
    unread: bool = False

    @property
    def silent(self) -> bool:
        """Whether all that can be said is that most answers name no class: nothing is read before them."""
        silent = any(verdict.reason == "silent" for verdict in self.verdicts)
        return silent and self.unread and self.located.fault == ("format",)


def said_of(found: Assessed, told: float) -> Said:
    """What the answers say; `told` is `probability_when_told`."""
    right = {way: float((read == found.truth).mean()) for way, read in found.answering.readings.items()}
    constrained, generated = found.answering.constrained == found.truth, found.answering.generated
    silenced = generated[constrained & (generated != found.truth)]  # right by likelihood, wrong in words
    named = float((silenced != UNPARSED).mean()) if len(silenced) else 0.0
    words = float((generated == found.truth).mean())
    classes = found.answering.raw.shape[1]
    return Said(speech(told, classes), classes, right[CHOSEN], right[RAW], words, named)


def judge(measured: Measured, ladder: Ladder, said: Said, total: Interval) -> Judgement:
    """The losses say whether and where accuracy goes; repairs and answers say what a loss behind the connector means.

    Raises:
        InputError: readings that cannot be accounted for, or a margin outside 0..1.
    """
    verdicts = judge_modes(measured)
    return Judgement(verdicts, locate(verdicts, ladder, said, total), measured.unread)
