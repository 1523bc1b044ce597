"""The verdict: one place, reached once, from evidence that was gathered before."""

from dataclasses import dataclass

from angiogram.diagnose.judge.locate import Located, locate
from angiogram.diagnose.judge.modes import Measured, judge_modes
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder


@dataclass(frozen=True)
class Judgement:
    """What is said of a model.

    Attributes:
        verdicts: the four failure modes, in the order of the flow.
        located: where the fault stands.
    """

    verdicts: tuple[Verdict, ...]
    located: Located


def judge(measured: Measured, ladder: Ladder) -> Judgement:
    """The losses say whether and where accuracy goes; the ladder says what a loss behind the connector means.

    Raises:
        InputError: readings that cannot be accounted for, or a margin outside 0..1.
    """
    verdicts = judge_modes(measured)
    return Judgement(verdicts, locate(verdicts, ladder))
