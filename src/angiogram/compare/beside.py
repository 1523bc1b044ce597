"""Another model on the same cases, as the report shows it beside the first."""

from angiogram.compare.changes import stage_changes
from angiogram.compare.matching import matched_cases, rearranged
from angiogram.diagnose.run import Diagnosed
from angiogram.diagnose.tell.diagnosis import Beside, Difference


def beside(here: Diagnosed, there: Diagnosed) -> Beside:
    """Paired differences, there minus here.

    Raises:
        InputError: the two were judged on different cases.
    """
    theirs = rearranged(there.readings, matched_cases(here.case_ids, there.case_ids))
    changes = stage_changes(here.readings, theirs, here.resamples)
    return Beside(
        model=there.diagnosis.model,
        headline=there.diagnosis.headline,
        stages=tuple(Difference(c.key, c.before.value, c.after.value, c.change) for c in changes),
        states=tuple((verdict.mode, verdict.state) for verdict in there.diagnosis.verdicts),
    )
