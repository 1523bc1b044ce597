"""The verdict: one place, reached once, from evidence that was gathered before."""

from dataclasses import dataclass

from angiogram.diagnose.judge.locate import locate
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.modes import Measured, judge_modes
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder


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


def judge(measured: Measured, ladder: Ladder, said: Said) -> Judgement:
    """The losses say whether and where accuracy goes; repairs and answers say what a loss behind the connector means.

    Raises:
        InputError: readings that cannot be accounted for, or a margin outside 0..1.
    """
    verdicts = judge_modes(measured)
    return Judgement(verdicts, locate(verdicts, ladder, said, measured.lost), measured.unread)
