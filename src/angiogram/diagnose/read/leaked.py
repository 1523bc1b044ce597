"""What every stage reads of the tested cases that also teach: shown beside the clean ones, and never judged."""

from collections.abc import Mapping

import numpy as np

from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.read.assess import Assessed, answers_of, named_stages
from angiogram.diagnose.read.flow import Flow
from angiogram.diagnose.terms import StageKey
from angiogram.probe.evaluate import evaluated_cases, probe_tap
from angiogram.statistics.bootstrap import Reading


def read_leaked(planned: Plan, leaked: Material | None, found: Assessed) -> Mapping[StageKey, Reading]:
    """Which of them each stage has right, by the same probes as for the clean cases; empty where there are none.

    Args:
        planned: the pass that filled the store.
        leaked: as `only_leaked` gives it.
        found: the assessment of the clean cases, whose taps are read.
    """
    if leaked is None:
        return {}
    cases, pairs = leaked.examined.cases, leaked.splits.pairs
    evaluated = evaluated_cases(pairs, len(cases))
    names = {stage.tap for stage in found.named.values()}
    taps = [tap for tap in planned.taps if tap.name in names]
    mean = {
        tap.name: probe_tap(
            np.asarray(leaked.store.read(tap.name)[:, 0]),
            cases.labels,
            pairs,
            classes=len(cases.classes),
            probe=found.flow.probe,
            groups=cases.groups,
        )
        for tap in taps
    }
    answering = answers_of(planned, leaked, evaluated)
    flow = Flow(found.flow.probe, mean, found.flow.null_band)
    named = named_stages(planned, taps, flow, answering, leaked.reference, pairs, evaluated)
    return {key: stage.reading(cases.labels[evaluated]) for key, stage in named.items()}
