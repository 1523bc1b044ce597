"""What the re-fitted connector says about a loss inside the language model. [own]

A probe that reads the class behind the connector and no longer at the last token does not tell whether the language
model fails or was given something that it cannot read. Where the answer behind the re-fit is right more often than half
way from U to C, the image was encoded but not readable, and the connector's alignment is at fault; where it surely
stays below, the language model is the cause, as far as an affine map taught by a few hundred cases can tell. The map
may put the image into the language model's own words, so a recovery shows that the model can read the class where it is
put so, not that it would read every connector.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from angiogram.diagnose.diagnosis import Verdict
from angiogram.diagnose.phrases import percent
from angiogram.diagnose.remedies.next_steps import REFIT
from angiogram.diagnose.remedies.refit.remedy import REMEDY
from angiogram.diagnose.remedies.tried import Tried
from angiogram.diagnose.terms import Interval, StageKey

NOT_TESTED = (
    "Whether the image is encoded but not readable to the language model, by the connector's alignment, was not tested "
    "(`--remedies` re-fits the connector)."
)


def alignment_words(
    tried: Sequence[Tried], verdicts: Sequence[Verdict], accuracies: Mapping[StageKey, Interval]
) -> str | None:
    """What the re-fit says of a loss inside the language model, a clause; None without a re-fit or such a loss.

    Args:
        tried: the remedies of the run.
        verdicts: of the four modes.
        accuracies: of the stages, C and U among them.
    """
    refit = next((one for one in tried if one.remedy == REMEDY), None)
    verdict = next(filter(_lost_inside, verdicts), None)
    if refit is None or verdict is None:
        return None
    how = "with the connector re-fitted and the language model untouched"
    right = f"right in {percent(refit.after.value)} of the cases, {percent(refit.before)} before"
    enough = (accuracies["C"].value + accuracies["U"].value) / 2
    if refit.gain == "gain" and refit.after.value >= enough:
        return (
            f"the image is encoded but not readable: {how} the answer comes back ({right}), so the connector's "
            "alignment is at fault"
        )
    if refit.recovered.high >= enough - refit.before:
        return f"{how} the answer is {right}, which does not tell whether the connector or the language model fails"
    if refit.gain == "gain" and refit.recovered.value >= verdict.margin:
        return (
            f"{how} only a part comes back ({right}): for that part the connector's alignment is at fault, for the "
            "rest the language model"
        )
    return f"{how} the answer does not come back ({right}), so the language model is the cause"


def with_alignment(verdict: Verdict, words: str | None) -> Verdict:
    """The verdict; that of a loss inside the language model says what the re-fit showed, or that it was not tested.

    The advice to re-fit goes where that was done.
    """
    if not _lost_inside(verdict):
        return verdict
    if words is None:
        return replace(verdict, evidence=f"{verdict.evidence} {NOT_TESTED}")
    steps = tuple(step for step in verdict.next_steps if step != REFIT)
    return replace(verdict, evidence=f"{verdict.evidence} {words[0].upper()}{words[1:]}.", next_steps=steps)


def _lost_inside(verdict: Verdict) -> bool:
    return verdict.mode == "comprehension" and verdict.state == "present"
