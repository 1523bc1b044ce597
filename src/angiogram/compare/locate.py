"""The first place where something changes between two runs on the same cases, and what kind of change it is."""

from collections.abc import Sequence

import numpy as np

from angiogram.compare.candidates import Seen, candidates
from angiogram.compare.changes import stage_changes
from angiogram.compare.comparison import Located, Place, StageChange
from angiogram.compare.evidence import told
from angiogram.compare.kept import ReadRun
from angiogram.compare.matching import matched_cases, rearranged
from angiogram.compare.together import Read, blind, read_together
from angiogram.diagnose.terms import StageKey


def locate(before: ReadRun, after: ReadRun, read: Read | None = None) -> Located:
    """Where the change stands that makes the answer of `after` worse than that of `before`.

    Args:
        before: the baseline.
        after: the other run, on the same cases, in any order.
        read: what `read_together` says of the two; default: that is done here, where both kept features.

    Returns:
        No fault where neither S nor G surely falls (two-sided, Holm over the stages that both measured).

    Raises:
        InputError: the runs evaluated different cases; says which.
    """
    read = read or read_together(before, after)
    order = matched_cases(before.evaluated, after.evaluated)
    stages = stage_changes(before.readings, rearranged(after.readings, order), before.resamples)
    answers = [stage for stage in stages if stage.key in ("S", "G")]
    lost: dict[StageKey, float] = {s.key: -s.change.value for s in stages if falls(s) and s.key != "R"}
    first_tap = None if read is None else read.first.tap
    if not any(stage.key in lost for stage in answers):
        return Located((), None, first_tap, told(stages, read, ()))
    unread: set[StageKey] = set() if read is None else {stage.key for stage in read.frozen.stages if falls(stage)}
    seen = Seen(
        begins=_begins(read),
        first_tap=first_tap,
        lost=lost,
        unread=frozenset(unread),
        blind=blind(read),
        loss=max(-stage.change.value for stage in answers),
        carries=read is None or read.frozen.carries,
        slight=read is not None and read.slight,
        asked_alike=read is None or read.asked_alike,
        names_another=_names_another(before, after, order),
    )
    fault, place = candidates(seen)
    return Located(fault, place, first_tap, told(stages, read, fault))


def falls(stage: StageChange) -> bool:
    """Whether the stage is surely read less than before."""
    return stage.changed and stage.change.value < 0


def _begins(read: Read | None) -> Place | None:
    """None where the encoder's end cannot be read in both, as in models of two widths."""
    if read is None or all(stage.key != "V" for stage in read.frozen.stages):
        return None
    tap = read.first.tap
    if tap is None:
        return "answer"
    if tap.startswith("llm."):
        return "language model"
    return "connector" if tap.startswith("connector.") else "encoder"


def _names_another(before: ReadRun, after: ReadRun, order: Sequence[int]) -> bool:
    """Whether most of the answers in words that were right and are wrong name another class."""
    right, still = before.readings.get("G"), after.readings.get("G")
    if after.unnamed is None or not isinstance(right, np.ndarray) or not isinstance(still, np.ndarray):
        return False
    where = np.array(order)
    newly = right & ~still[where]
    return bool(newly.any()) and float(np.mean(after.unnamed[where][newly])) < 0.5
