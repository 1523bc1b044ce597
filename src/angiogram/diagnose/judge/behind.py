"""Where a loss behind the connector shows: inside the language model, or between its last token and its answer."""

from collections.abc import Mapping, Sequence

from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.terms import Interval, StageKey


def lost_behind_connector(verdicts: Sequence[Verdict], accuracies: Mapping[StageKey, Interval]) -> Verdict | None:
    """Comprehension that is present, else semantic mapping that is present and loses more than the margin at U - S."""
    present = {verdict.mode: verdict for verdict in verdicts if verdict.state == "present"}
    mapping = present.get("mapping")
    if mapping is not None and accuracies["U"].value - accuracies["S"].value <= mapping.margin:
        mapping = None
    return present.get("comprehension", mapping)
