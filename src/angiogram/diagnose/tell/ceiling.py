"""Whether the specialist is what it is taken for: the most that can be read from these images."""

from angiogram.diagnose.account.accounting import Accounting
from angiogram.diagnose.phrases import READS, percent


def no_ceiling(accounting: Accounting) -> tuple[str, ...]:
    """A warning where a probe inside the model surely reads more than the specialist; else nothing."""
    step = next((step for step in accounting.steps if step.start == "R"), None)
    if step is None or step.loss.high >= 0:
        return ()
    specialist, probe = accounting.accuracies["R"].value, accounting.accuracies[step.end].value
    return (
        f"The specialist is no ceiling: it reads {percent(specialist)}, {READS[step.end]} {percent(probe)}. How much "
        "more the images show than the encoder holds is not known; a stronger --reference would tell.",
    )
