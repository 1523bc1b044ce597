"""The main job: from a model and labelled images to a diagnosis."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from angiogram.cache import Progress
from angiogram.data.audit.audit import audit
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.data.table import CASES, table_rows, write_table
from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.account.modules import health_scores
from angiogram.diagnose.account.utilisation import TAP, utilisation
from angiogram.diagnose.cause.causes import find_causes
from angiogram.diagnose.collect.gather import gather
from angiogram.diagnose.collect.material import Material, only_clean, only_leaked, without_failed
from angiogram.diagnose.collect.reference import Reference, trained_references
from angiogram.diagnose.judge.judgement import judge, said_of
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.picture.evidence import evidence_maps
from angiogram.diagnose.picture.examples import confusions, examples
from angiogram.diagnose.picture.feature_maps import feature_maps
from angiogram.diagnose.read.assess import Assessed, assess
from angiogram.diagnose.read.controls import Controls, by_grid, read_controls
from angiogram.diagnose.read.curve import curve
from angiogram.diagnose.read.flow import best_late_layer
from angiogram.diagnose.read.leaked import read_leaked
from angiogram.diagnose.read.logit_lens import read_lens
from angiogram.diagnose.read.measured import Utilisation
from angiogram.diagnose.read.modulation_transfer import detail_kept
from angiogram.diagnose.read.nuisance import read_nuisance
from angiogram.diagnose.read.stages import stages
from angiogram.diagnose.read.told import probability_when_told
from angiogram.diagnose.repair.climb import climb
from angiogram.diagnose.repair.remedies.attempt import try_remedies
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.statistics.bootstrap import Reading, Resamples
from angiogram.diagnose.tell.cards import cards
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.tell.headline import headline, not_assessed
from angiogram.diagnose.tell.leakage import leakage, leakage_warnings
from angiogram.diagnose.tell.predictions import write_predictions
from angiogram.diagnose.tell.proof import proof
from angiogram.diagnose.tell.provenance import provenance, warnings
from angiogram.diagnose.tell.tables import write_answers, write_lens, write_nuisance, write_probes, write_taps
from angiogram.diagnose.terms import StageKey
from angiogram.model.load import LoadedModel
from angiogram.probe.scores import majority
from angiogram.tap.attention import check_readers
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.tap.store import FEATURES, stored_batch_size


@dataclass(frozen=True)
class Diagnosed:
    """A diagnosis with what a comparison with another run needs.

    Attributes:
        case_ids: of the evaluated cases: the tested ones that do not also teach.
        readings: which of them each stage has right.
        resamples: of the evaluated cases.
    """

    diagnosis: Diagnosis
    case_ids: tuple[str, ...]
    readings: Mapping[StageKey, Reading]
    resamples: Resamples


def diagnose(
    loaded: LoadedModel,
    examined: Examined,
    splits: Splits,
    reference: Reference | None,
    settings: Settings,
    out: Path,
    cache: Path,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> Diagnosed | None:
    """Follow the class signal through the model.

    Args:
        loaded: the model.
        examined: readable cases with their hashes, and the quarantined ones.
        splits: training and test cases; probes learn on one and are judged on the other.
        reference: the specialist R; without it mode 1 is not assessed.
        settings: see `Settings`.
        out: run folder; features in it are used again when they are of the same things, else refused.
        cache: where features of random twins are kept, since runs of one architecture share them.
        progress: receives plain lines.
        ranks: the processes that share the work; all call this with equal arguments, save that the first alone needs
            the reference.

    Returns:
        The diagnosis on the first rank; nothing on the others, which only help to collect the features.

    Raises:
        InputError: the run folder holds something else, the causal tests cannot be made of this model, the disk is
            full, or the cases cannot be judged.
    """
    if settings.causal:
        check_readers(loaded)
    planned, stores = gather(loaded, examined, splits, settings, out, cache, progress, ranks)
    if stores is None:
        return None
    store, twin = stores
    tested = without_failed(Material(examined, splits, reference, store, twin))
    material = only_clean(tested)
    examined, splits, cases = material.examined, material.splits, material.examined.cases
    write_table(table_rows(examined, splits, material.store.rows), out / CASES)
    found = assess(planned, material, settings, progress)
    both_sides = leakage(
        audit(examined, tested.splits),
        cases,
        found.readings,
        read_leaked(planned, only_leaked(tested), found),
        splits.reason,
    )
    accounting = account(found.readings, found.resamples)
    controls = read_controls(planned, material, found.flow.probe, progress)
    chance, null_band = majority(found.truth), found.flow.null_band
    points = curve(planned.taps, found.flow, controls, material.store, found.truth, chance, found.resamples)
    lens, forming = read_lens(planned, material, found, chance)
    nuisance = read_nuisance(planned, material, found, settings, progress)
    ladder = climb(planned, material, found, settings, progress)
    tried = try_remedies(planned, material, found, settings, progress)
    causes = None
    if settings.causal:
        size = stored_batch_size(out / FEATURES) or 1
        causes = find_causes(planned, material, points, null_band, settings, size, progress)
    grid = by_grid(controls.grid, found.truth)
    told = probability_when_told(planned, cases)
    said = said_of(found, told)
    measured = Measured(found.readings, found.resamples, settings.margin, null_band, grid)
    judged = judge(measured, ladder, said, accounting.total)
    write_taps(out, planned.taps, [point.width for point in points])
    write_probes(out, points, null_band)
    write_lens(out, lens)
    write_nuisance(out, nuisance)
    write_answers(out, cases, found.evaluated, found.answering)
    named_at_taps = {tap: read.predicted for tap, read in found.flow.mean.items()}
    write_predictions(out, examined, found.evaluated, found.named, named_at_taps)
    detail = detail_kept(loaded, cases)
    answers = found.answering.summary(planned.prompt, found.truth, told)
    shown = examples(cases, found.evaluated, found.named, found.answering.texts)
    late: tuple[str, ...] = ()
    if loaded.anatomy.image_tokens:
        late = best_late_layer(planned.taps, found.flow.mean, splits.pairs, found.evaluated)
    diagnosis = Diagnosis(
        model=loaded.name,
        cases=cases.name,
        classes=cases.classes,
        evaluated=len(found.evaluated),
        groups=len(np.unique(found.groups)),
        headline=headline(judged, accounting, null_band),
        proof=proof(judged, accounting, ladder, null_band),
        fault=judged.located.fault,
        not_assessed=not_assessed(judged.verdicts, accounting, loaded.anatomy.image_tokens, causes),
        warnings=(
            *leakage_warnings(both_sides, splits.reason),
            *(column.says for column in nuisance if column.warns),
            *warnings(planned, points, examined, found.truth, found.groups, answers, settings, detail),
        ),
        majority=chance,
        null_band=null_band,
        permutations=settings.permutations,
        curve=points,
        lens=lens,
        forming=forming,
        nuisance=nuisance,
        stages=stages(found.named, accounting.accuracies),
        steps=accounting.steps,
        total=accounting.total,
        verdicts=cards(judged.verdicts, len(found.evaluated)),
        ladder=ladder,
        tried=tried,
        causes=causes,
        health=health_scores(planned.taps, found.flow, found.truth, chance, found.resamples),
        utilisation=_utilisation(found, controls),
        confusions=confusions(found.named, found.truth, len(cases.classes)),
        examples=shown,
        evidence=evidence_maps(planned, cases, splits.pairs, material.store, [each.case for each in shown], late),
        maps=feature_maps(material.store, cases.labels, len(cases.classes), found.evaluated, settings.seed),
        answers=answers,
        beside=(),
        quarantined=tuple((q.case.id, q.reason) for q in examined.quarantined),
        leakage=both_sides,
        statements=cases.statements,
        references=trained_references(material.reference, found.truth, found.resamples),
        provenance=provenance(planned, examined, splits, material.reference, settings, detail),
    )
    ids = tuple(cases.rows[i].id for i in found.evaluated)
    return Diagnosed(diagnosis, ids, found.readings, found.resamples)


def _utilisation(found: Assessed, controls: Controls) -> Utilisation:
    named = found.answering.constrained, found.flow.mean[TAP].predicted, controls.twin[TAP].predicted
    answer, probe, floor = (each == found.truth for each in named)
    return utilisation(answer, probe, floor, found.resamples)
