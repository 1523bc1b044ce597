"""The main job: from a model and labelled images to a diagnosis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import calibrated
from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.data.table import table_rows, write_table
from angiogram.diagnose.accounting import account
from angiogram.diagnose.answering import CHOSEN, Answering, read_answers
from angiogram.diagnose.bootstrap import Reading, Resamples, resample_groups
from angiogram.diagnose.collect import chosen_batch_size, collect
from angiogram.diagnose.curve import curve
from angiogram.diagnose.diagnosis import Diagnosis
from angiogram.diagnose.fingerprint import fingerprint
from angiogram.diagnose.headline import headline, not_assessed
from angiogram.diagnose.leakage import leakage_warnings, weigh_leakage
from angiogram.diagnose.material import Material, without_failed
from angiogram.diagnose.modules import health_scores
from angiogram.diagnose.passes import content_free, decode
from angiogram.diagnose.pictures import confusions, examples
from angiogram.diagnose.plan import LIKELIHOODS, Plan, plan
from angiogram.diagnose.provenance import provenance, warnings
from angiogram.diagnose.reading import Flow, best_image_layer, read_flow
from angiogram.diagnose.reference import Reference
from angiogram.diagnose.run_folder import FEATURES, write_answers, write_config, write_probes, write_taps
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.stages import Named, named_reference, stages
from angiogram.diagnose.terms import StageKey
from angiogram.diagnose.verdicts import verdicts
from angiogram.files import sha256_of_text
from angiogram.model.load import LoadedModel, random_twin
from angiogram.probe.evaluate import evaluated_cases
from angiogram.probe.permutation import permuted_labels
from angiogram.probe.scores import majority
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.tap.store import FORMAT, FeatureStore


@dataclass(frozen=True)
class Diagnosed:
    """A diagnosis with what a comparison with another run needs.

    Attributes:
        case_ids: of the evaluated cases.
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
        InputError: the run folder holds something else, the disk is full, or the cases cannot be judged.
    """
    planned, stores = _features(loaded, examined, splits, settings, out, cache, progress, ranks)
    if stores is None:
        return None
    material = without_failed(Material(examined, splits, reference, *stores))
    examined, splits, reference = material.examined, material.splits, material.reference
    store, twin = material.store, material.twin
    write_table(table_rows(examined), out / "cases.parquet")
    cases = examined.cases
    evaluated = evaluated_cases(splits.pairs, len(cases))
    labels, groups = cases.labels, cases.groups
    permuted = permuted_labels(labels, splits.pairs, settings.permutations, settings.seed, groups)
    flow = read_flow(planned.taps, store, twin, labels, len(cases.classes), splits.pairs, permuted, progress)
    answering = _answering(planned, store, examined, splits, evaluated, out)
    named = _named(planned, flow, answering, reference, splits, evaluated)
    truth = labels[evaluated]
    chance = majority(truth)
    resamples = resample_groups(groups[evaluated], settings.seed, settings.resamples)
    readings: dict[StageKey, Reading] = {key: stage.reading(truth) for key, stage in named.items()}
    accounting = account(readings, resamples)
    judged = verdicts(readings, resamples, settings.margin, null_band=flow.null_band)
    judged, leakage = weigh_leakage(judged, examined, splits, readings, settings, flow.null_band)
    points = curve(planned.taps, flow, store, truth, chance, resamples)
    write_taps(out, planned.taps, [point.width for point in points])
    write_probes(out, points, flow.null_band)
    answers = answering.summary(planned.prompt, truth)
    diagnosis = Diagnosis(
        model=loaded.name,
        cases=cases.name,
        classes=cases.classes,
        evaluated=len(evaluated),
        groups=len(np.unique(groups[evaluated])),
        headline=headline(judged, accounting, flow.null_band),
        not_assessed=not_assessed(judged, accounting, loaded.anatomy.image_tokens),
        warnings=(
            *leakage_warnings(leakage),
            *warnings(planned, points, examined, groups[evaluated], answers, settings),
        ),
        majority=chance,
        null_band=flow.null_band,
        permutations=settings.permutations,
        curve=points,
        stages=stages(named, accounting),
        steps=accounting.steps,
        total=accounting.total,
        verdicts=judged,
        health=health_scores(planned.taps, flow, truth, chance, resamples),
        confusions=confusions(named, truth, len(cases.classes)),
        examples=examples(cases, evaluated, named, answering.texts),
        answers=answers,
        beside=(),
        quarantined=tuple((q.case.id, q.reason) for q in examined.quarantined),
        leakage=leakage,
        statements=cases.statements,
        provenance=provenance(planned, examined, splits, reference, settings),
    )
    return Diagnosed(diagnosis, tuple(cases.rows[i].id for i in evaluated), readings, resamples)


def _features(
    loaded: LoadedModel,
    examined: Examined,
    splits: Splits,
    settings: Settings,
    out: Path,
    cache: Path,
    progress: Progress,
    ranks: Ranks,
) -> tuple[Plan, tuple[FeatureStore, FeatureStore] | None]:
    """Features and answers of the model, and features of its random twin; the stores are the first rank's."""
    cases = examined.cases
    asked = np.zeros(len(cases), dtype=bool)
    asked[evaluated_cases(splits.pairs, len(cases))] = True
    planned = plan(loaded, cases, asked, settings.orders)
    print_of_run = fingerprint(planned, cases, examined.hashes)
    size = chosen_batch_size(planned, examined, out / FEATURES, settings.batch_size, ranks)
    store = collect(planned, examined, print_of_run, out / FEATURES, size, progress, ranks)
    with ranks.agreed():
        if ranks.is_first:
            write_config(out, loaded.name, cases.name, settings, print_of_run)
    twin_plan = plan(random_twin(loaded, settings.seed), cases, None)
    print_of_twin = fingerprint(twin_plan, cases, examined.hashes)
    digest = sha256_of_text(f"{sorted(print_of_twin.items())}{size}{FORMAT}")
    twin = collect(twin_plan, examined, print_of_twin, cache / f"twin-{digest[:16]}", size, progress, ranks)
    return planned, None if store is None or twin is None else (store, twin)


def _answering(
    planned: Plan,
    store: FeatureStore,
    examined: Examined,
    splits: Splits,
    evaluated: NDArray[np.int64],
    out: Path,
) -> Answering:
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    cases, raw = examined.cases, np.asarray(store.read(LIKELIHOODS))  # [N, orders, K]
    blank = content_free(planned, planned.tree, cases.read(cases.rows[0]))
    said = decode(store, planned.loaded.processor.tokenizer, evaluated.tolist())
    answering = read_answers(raw, blank, planned.tree, said, cases.classes, splits.pairs, evaluated)
    summed = raw.mean(axis=1)
    write_answers(out, cases, evaluated, summed, calibrated(summed, splits.pairs), answering)
    return answering


def _named(
    planned: Plan,
    flow: Flow,
    answering: Answering,
    reference: Reference | None,
    splits: Splits,
    evaluated: NDArray[np.int64],
) -> dict[StageKey, Named]:
    """What every stage names, in the order of the accounting."""
    read = "A ridge probe on the mean of the image tokens."
    named: dict[StageKey, Named] = {} if reference is None else {"R": named_reference(reference)}
    named["V"] = Named(flow.mean["encoder.out"].predicted, read, "encoder.out")
    named["C"] = Named(flow.mean["connector.out"].predicted, read, "connector.out")
    if planned.loaded.anatomy.image_tokens:
        chosen, best = best_image_layer(planned.taps, flow.mean, splits.pairs, evaluated)
        named["I"] = Named(best, f"{read} The block was chosen on the training cases.", _most_common(chosen))
    named["U"] = Named(flow.mean["llm.norm@last"].predicted, "A ridge probe on the last token.", "llm.norm@last")
    named["S"] = Named(answering.constrained, f"The class name with the largest likelihood ({CHOSEN}).")
    named["G"] = Named(answering.generated, "The class that the greedy answer names; unparsed counts as wrong.")
    return named


def _most_common(names: Sequence[str]) -> str:
    return max(names, key=names.count)
