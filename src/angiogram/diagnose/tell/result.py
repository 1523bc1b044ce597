"""From what every room found to the diagnosis, and to the tables of the run folder."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from angiogram.data.making import making
from angiogram.diagnose.account.scored import Scored
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.collect.reference import trained_references
from angiogram.diagnose.judge.judgement import Judgement
from angiogram.diagnose.picture.pictures import Drawn
from angiogram.diagnose.read.everything import Everything
from angiogram.diagnose.read.stages import stages
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.cards import cards
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.tell.headline import headline, not_assessed
from angiogram.diagnose.tell.leakage import Leakage, leakage_warnings
from angiogram.diagnose.tell.predictions import write_predictions
from angiogram.diagnose.tell.proof import proof
from angiogram.diagnose.tell.provenance import provenance
from angiogram.diagnose.tell.tables import write_answers, write_lens, write_nuisance, write_probes, write_taps
from angiogram.diagnose.tell.warnings import burned_in, no_ceiling, warnings


@dataclass(frozen=True)
class Result:
    """What the rooms found, in the order of the work.

    Attributes:
        planned, material: the pass over the model, and what it left.
        leakage: what stands on both sides of the split.
        read, scored: readings, and what follows from them.
        ladder, tried: repairs, and remedies.
        causes: None where they were not tested.
        judgement: the verdict.
        pictures: what is shown.
    """

    planned: Plan
    material: Material
    leakage: Leakage
    read: Everything
    scored: Scored
    ladder: Ladder
    tried: tuple[Tried, ...]
    causes: Causes | None
    judgement: Judgement
    pictures: Drawn


def write_tables(result: Result, folder: Path) -> None:
    """Taps, probes, lens, nuisance, answers and predictions, each whole or not at all."""
    read, found = result.read, result.read.found
    examined = result.material.examined
    write_taps(folder, result.planned.taps, [point.width for point in read.points])
    write_probes(folder, read.points, found.flow.null_band)
    write_lens(folder, read.lens)
    write_nuisance(folder, read.nuisance)
    write_answers(folder, examined.cases, found.evaluated, found.answering)
    named_at_taps = {tap: probe.predicted for tap, probe in found.flow.mean.items()}
    write_predictions(folder, examined, found.evaluated, found.named, named_at_taps)


def tell(result: Result, settings: Settings) -> Diagnosis:
    """Everything in words and numbers."""
    planned, read, found, judged = result.planned, result.read, result.read.found, result.judgement
    examined, splits, reference = result.material.examined, result.material.splits, result.material.reference
    cases, accounting, null_band = examined.cases, result.scored.accounting, found.flow.null_band
    made = making(examined.made, settings.pictures)
    answers = found.answering.summary(planned.prompt, found.truth, read.told, read.wording)
    return Diagnosis(
        model=planned.loaded.name,
        cases=cases.name,
        classes=cases.classes,
        evaluated=len(found.evaluated),
        groups=len(np.unique(found.groups)),
        headline=headline(judged, null_band),
        proof=proof(judged, accounting, result.ladder, null_band),
        fault=judged.located.fault,
        among=judged.located.among,
        not_assessed=not_assessed(judged.verdicts, accounting, planned.loaded.anatomy.image_tokens, result.causes),
        warnings=(
            *leakage_warnings(result.leakage, splits.reason),
            *no_ceiling(accounting),
            *burned_in(made),
            *(column.says for column in read.nuisance if column.warns),
            *warnings(planned, read.points, examined, found.truth, found.groups, answers, settings, read.detail),
        ),
        majority=read.chance,
        null_band=null_band,
        permutations=settings.permutations,
        curve=read.points,
        lens=read.lens,
        forming=read.forming,
        nuisance=read.nuisance,
        stages=stages(found.named, accounting.accuracies),
        steps=accounting.steps,
        total=accounting.total,
        verdicts=cards(judged.verdicts, len(found.evaluated), judged.located),
        ladder=result.ladder,
        tried=result.tried,
        causes=result.causes,
        health=result.scored.health,
        utilisation=result.scored.utilisation,
        confusions=result.pictures.confusions,
        examples=result.pictures.examples,
        evidence=result.pictures.evidence,
        making=made,
        maps=result.pictures.maps,
        answers=answers,
        beside=(),
        quarantined=tuple((q.case.id, q.reason) for q in examined.quarantined),
        leakage=result.leakage,
        statements=cases.statements,
        references=trained_references(reference, found.truth, found.resamples),
        provenance=provenance(planned, examined, splits, reference, settings, read.detail),
    )
