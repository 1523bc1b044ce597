"""What the re-fitted connector says about a loss between the connector and the answer. [own]

A probe that reads the class behind the connector does not tell whether a wrong answer is the language model's fault or
that of a connector whose output it cannot read. Such a connector shows as a loss at C - U, or, where the signal still
reaches the last token in an unknown form, at U - S. Where the answer behind the re-fit is right more often than half
way from what was lost to what a probe reads, the image was encoded but not readable; where it surely stays below, the
language model is the cause, as far as an affine map taught by so few cases can tell.

A recovery shows that the language model can name the classes where the image is put into its own terms. At U - S that
alone does not clear it, since a re-fit can also work round class words that it has wrong: whether it can say them is
seen by telling it (see `told`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from angiogram.diagnose.judge.behind import lost_behind_connector
from angiogram.diagnose.phrases import percent
from angiogram.diagnose.read.told import Speech
from angiogram.diagnose.repair.refit import REMEDY
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.tell.next_steps import REFIT
from angiogram.diagnose.terms import Interval, StageKey

NOT_TESTED = (
    "Whether the image is encoded but not readable to the language model, by the connector's alignment, was not tested "
    "(`--remedies` re-fits the connector)."
)
Accuracies = Mapping[StageKey, Interval]


def alignment_words(
    tried: Sequence[Tried], verdicts: Sequence[Verdict], accuracies: Accuracies, can: Speech
) -> str | None:
    """What the re-fit says of a loss behind the connector, a clause; None without a re-fit or such a loss.

    Args:
        tried: the remedies of the run.
        verdicts: of the four modes.
        accuracies: of the stages, C and U among them.
        can: whether the model can say the classes when it is told them.
    """
    refit = next((one for one in tried if one.remedy == REMEDY), None)
    verdict = lost_behind_connector(verdicts, accuracies)
    if refit is None or verdict is None:
        return None
    how = "with the connector re-fitted and the language model untouched"
    right = f"right in {percent(refit.after.value)} of the cases, {percent(refit.before)} before"
    inside = verdict.mode == "comprehension"
    lowest = accuracies["U"].value if inside else refit.before
    enough = (max(accuracies["C"].value, accuracies["U"].value) + lowest) / 2
    if refit.gain == "gain" and refit.after.value >= enough:
        if not inside and can != "can say":
            return (
                f"{how} the answer comes back ({right}), so the connector's alignment or the class words are at fault"
            )
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
    return (
        f"{how} the answer does not come back ({right}), so the language model is the cause, as far as an affine map "
        "taught by so few cases can tell"
    )


def with_alignment(verdicts: Sequence[Verdict], accuracies: Accuracies, words: str | None) -> tuple[Verdict, ...]:
    """The verdicts; that of a loss behind the connector says what the re-fit showed, or that it was not tested.

    The advice to re-fit goes where that was done.
    """
    lost = lost_behind_connector(verdicts, accuracies)
    if lost is None:
        return tuple(verdicts)
    if words is None:
        told = replace(lost, evidence=f"{lost.evidence} {NOT_TESTED}")
    else:
        steps = tuple(step for step in lost.next_steps if step != REFIT[lost.mode])
        told = replace(lost, evidence=f"{lost.evidence} {words[0].upper()}{words[1:]}.", next_steps=steps)
    return tuple(told if verdict is lost else verdict for verdict in verdicts)
