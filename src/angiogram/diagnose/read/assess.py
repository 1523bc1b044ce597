"""From features and answers to readings: which cases every stage has right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.generate import decode
from angiogram.cache import Progress
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.passes import content_free
from angiogram.diagnose.collect.plan import GENERATED, LIKELIHOODS, Plan
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.read.answers import CHOSEN, Answering, read_answers
from angiogram.diagnose.read.flow import Flow, best_image_layer, read_flow
from angiogram.diagnose.read.stages import Named, named_reference
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.terms import StageKey
from angiogram.probe.evaluate import evaluated_cases
from angiogram.probe.permutation import permuted_labels
from angiogram.statistics.bootstrap import Reading, Resamples, resample_groups
from angiogram.tap.taps import Tap


@dataclass(frozen=True)
class Assessed:
    """The judgement of one model on n evaluated cases.

    Attributes:
        evaluated: rows of the evaluated cases, ascending, `[n]`.
        truth: their classes, `[n]`.
        groups: their groups, `[n]`.
        resamples: of them.
        flow: what probes read at every tap.
        answering: what the model answers.
        named: the class that each stage names, in the order of the accounting.
        readings: which cases each stage has right.
    """

    evaluated: NDArray[np.int64]
    truth: NDArray[np.int64]
    groups: NDArray[np.int64]
    resamples: Resamples
    flow: Flow
    answering: Answering
    named: Mapping[StageKey, Named]
    readings: Mapping[StageKey, Reading]


def assess(
    planned: Plan, material: Material, settings: Settings, progress: Progress, taps: Sequence[Tap] | None = None
) -> Assessed:
    """Judge a model by its stored features and answers.

    Args:
        planned: the pass that filled the store; it asked the model.
        material: see `Material`.
        settings: see `Settings`.
        progress: receives plain lines.
        taps: those to probe, the stages' own among them; default: all.
    """
    cases, pairs = material.examined.cases, material.splits.pairs
    evaluated = evaluated_cases(pairs, len(cases))
    truth, groups = cases.labels[evaluated], cases.groups[evaluated]
    permuted = permuted_labels(cases.labels, pairs, settings.permutations, settings.seed, cases.groups)
    probed = planned.taps if taps is None else taps
    flow = read_flow(probed, material.store, cases, pairs, permuted, settings.probe, progress)
    answering = answers_of(planned, material, evaluated)
    named = named_stages(planned, probed, flow, answering, material.reference, pairs, evaluated)
    resamples = resample_groups(groups, settings.seed, settings.resamples)
    readings: dict[StageKey, Reading] = {key: stage.reading(truth) for key, stage in named.items()}
    return Assessed(
        evaluated=evaluated,
        truth=truth,
        groups=groups,
        resamples=resamples,
        flow=flow,
        answering=answering,
        named=named,
        readings=readings,
    )


def answers_of(planned: Plan, material: Material, evaluated: NDArray[np.int64]) -> Answering:
    """The answers of the evaluated cases, read in every way."""
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    cases, store = material.examined.cases, material.store
    raw = np.asarray(store.read(LIKELIHOODS))  # [N, orders, K]
    blank = content_free(planned, planned.tree, cases.read(cases.rows[0]))
    said = decode(np.asarray(store.read(GENERATED)[evaluated]), planned.loaded.processor.tokenizer)
    return read_answers(raw, blank, planned.tree, said, cases.words, material.splits.pairs, evaluated)


def named_stages(
    planned: Plan,
    taps: Sequence[Tap],
    flow: Flow,
    answering: Answering,
    reference: Reference | None,
    pairs: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    evaluated: NDArray[np.int64],
) -> dict[StageKey, Named]:
    """What every stage names, in the order of the accounting."""
    read = f"A {flow.probe} probe on the mean of the image tokens."
    named: dict[StageKey, Named] = {} if reference is None else {"R": named_reference(reference)}
    named["V"] = Named(flow.mean["encoder.out"].predicted, read, "encoder.out")
    named["C"] = Named(flow.mean["connector.out"].predicted, read, "connector.out")
    if planned.loaded.anatomy.image_tokens:
        chosen, best = best_image_layer(taps, flow.mean, pairs, evaluated)
        named["I"] = Named(best, f"{read} The block was chosen on the training cases.", _most_common(chosen))
    named["U"] = Named(
        flow.mean["llm.norm@last"].predicted, f"A {flow.probe} probe on the last token.", "llm.norm@last"
    )
    named["S"] = Named(answering.constrained, f"The class name with the largest likelihood ({CHOSEN}).")
    named["G"] = Named(answering.generated, "The class that the greedy answer names; unparsed counts as wrong.")
    return named


def _most_common(names: Sequence[str]) -> str:
    return max(names, key=names.count)
