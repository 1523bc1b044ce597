"""Another model on the same cases, as the report shows it beside the first."""

import numpy as np

from angiogram.diagnose.bootstrap import Reading
from angiogram.diagnose.comparison.changes import stage_changes
from angiogram.diagnose.comparison.matching import matched_cases
from angiogram.diagnose.diagnosis import Beside, Difference
from angiogram.diagnose.run import Diagnosed
from angiogram.diagnose.terms import StageKey


def beside(here: Diagnosed, there: Diagnosed) -> Beside:
    """Paired differences, there minus here.

    Raises:
        InputError: the two were judged on different cases.
    """
    order = matched_cases(here.case_ids, there.case_ids)
    theirs: dict[StageKey, Reading] = {
        key: right[order] if isinstance(right, np.ndarray) else right for key, right in there.readings.items()
    }
    changes = stage_changes(here.readings, theirs, here.resamples)
    return Beside(
        model=there.diagnosis.model,
        headline=there.diagnosis.headline,
        stages=tuple(Difference(c.key, c.before.value, c.after.value, c.change) for c in changes),
        states=tuple((verdict.mode, verdict.state) for verdict in there.diagnosis.verdicts),
    )
