"""Another model on the same cases, as the report shows it beside the first."""

from angiogram.diagnose.compare import compare
from angiogram.diagnose.diagnosis import Beside
from angiogram.diagnose.run import Diagnosed


def beside(here: Diagnosed, there: Diagnosed) -> Beside:
    """Paired differences, there minus here.

    Raises:
        InputError: the two were judged on different cases.
    """
    return Beside(
        model=there.diagnosis.model,
        headline=there.diagnosis.headline,
        stages=compare(here.case_ids, here.readings, there.case_ids, there.readings, here.resamples),
        states=tuple((verdict.mode, verdict.state) for verdict in there.diagnosis.verdicts),
    )
