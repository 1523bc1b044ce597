"""A run whose store and judgement are at hand, without a folder: as a suite of lesions compares its models."""

from angiogram.compare.kept import KeptFeatures, ReadRun
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.read.assess import Assessed


def assessed_run(planned: Plan, material: Material, found: Assessed) -> ReadRun:
    """The run as `locate` takes it.

    Args:
        planned: the pass that filled the store.
        material: what was judged, without the cases that failed.
        found: the judgement.
    """
    cases = material.examined.cases
    said = found.named["G"].predicted
    features = KeptFeatures(
        store=material.store,
        cases=tuple(row.id for row in cases.rows),
        labels=cases.labels,
        pairs=material.splits.pairs,
        taps=tuple(tap.name for tap in planned.taps if tap.on_path),
        read_at={key: stage.tap for key, stage in found.named.items() if stage.tap is not None},
    )
    return ReadRun(
        evaluated=tuple(cases.rows[i].id for i in found.evaluated),
        readings=found.readings,
        resamples=found.resamples,
        features=features,
        unnamed=None if said is None else said < 0,
    )
