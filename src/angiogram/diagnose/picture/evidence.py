"""Where in the image a probe's score for the true class comes from, for the few cases that the report shows."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from angiogram.answer.prefill import prefill
from angiogram.data.cases import Cases
from angiogram.data.splits import Pair
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.picture.raster import vote_raster
from angiogram.diagnose.picture.result import EvidenceMap
from angiogram.diagnose.terms import StageKey
from angiogram.imaging.image import Image
from angiogram.imaging.strip import panels
from angiogram.model.prompt import prepare
from angiogram.probe.ridge import RidgeProbe
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.store import FeatureStore
from angiogram.tap.taps import Tap
from angiogram.tap.tokens import every_token

DIGITS = 5
Tokens = tuple[NDArray[np.float32], NDArray[np.float64]]  # states [T, D], boxes [T, 4] or [T, 6]


def evidence_maps(
    planned: Plan,
    cases: Cases,
    folds: Sequence[Pair],
    store: FeatureStore,
    shown: Sequence[str],
    late: Sequence[str],
) -> tuple[EvidenceMap, ...]:
    """Maps of the true class at V, C and a late LLM block, one forward pass a case; nothing is stored.

    The probe is always a ridge probe, whatever the report reads the stages with, since its score is the mean of votes;
    it is fitted on the training side of the fold that tests the case.

    Args:
        planned: the model, its taps and the prompt.
        cases: N of them.
        folds: pairs (training, test) of case indices.
        store: pooled features `[N, R, D]` a tap, row 0 the mean.
        shown: ids of the cases to draw, each tested by a fold.
        late: the tap of a late LLM block in each fold; empty where the LLM has no image tokens.

    Returns:
        In the order of `shown`, then of the flow; none for a model whose tokens have no known place.
    """
    places = {case.id: row for row, case in enumerate(cases.rows)}
    rows = [places[case] for case in shown]
    maps: dict[int, tuple[EvidenceMap, ...]] = {}
    for number, (train, test) in enumerate(folds):
        mine = [row for row in rows if row in test]
        if not mine:
            continue
        stages = _stages(planned.taps, late[number] if late else None)
        side = cases.labels[train], cases.groups[train]
        probes = {tap.name: RidgeProbe().fit(store.read(tap.name)[train, 0], *side) for tap in stages.values()}
        for row in mine:
            maps[row] = _maps_of(planned, cases, row, stages, probes)
    return tuple(found for row in rows for found in maps[row])


def _stages(taps: Sequence[Tap], late: str | None) -> dict[StageKey, Tap]:
    named = {tap.name: tap for tap in taps}
    stages: dict[StageKey, Tap] = {"V": named["encoder.out"], "C": named["connector.out"]}
    return stages if late is None else {**stages, "I": named[late]}


def _maps_of(
    planned: Plan, cases: Cases, row: int, stages: dict[StageKey, Tap], probes: dict[str, RidgeProbe]
) -> tuple[EvidenceMap, ...]:
    case, label = cases.rows[row], int(cases.labels[row])
    image = cases.read(case)
    tokens = _placed_tokens(planned, image, tuple(stages.values()))
    maps: list[EvidenceMap] = []
    for key, tap in stages.items():
        if tap.name in tokens:
            states, boxes = tokens[tap.name]
            votes = probes[tap.name].scores(states)[:, label]  # every class has a training case in every fold
            even = float(probes[tap.name].intercept_[label])
            raster = vote_raster(votes, boxes, even, panels(image.slices or 1))
            cells = tuple(tuple(line) for line in raster.round(DIGITS).tolist())
            maps.append(EvidenceMap(case.id, key, tap.name, case.label, float(raster.mean()), even, cells))
    return tuple(maps)


def _placed_tokens(planned: Plan, image: Image, taps: Sequence[Tap]) -> dict[str, Tokens]:
    """Every image token of one image at these taps, by tap name, where its place is known."""
    loaded = planned.loaded
    inputs = prepare(loaded.processor, planned.prompt, [image])
    stages = every_token(loaded, inputs, image.size)
    placed = [tap for tap in taps if tap.stage in stages]
    if not placed:
        return {}
    with torch.no_grad(), pooled_hooks(loaded.model, placed, stages, stop=True) as kept:
        prefill(loaded, inputs.to(loaded.device))
    return {tap.name: (kept[tap.name][:, 0].numpy(), stages[tap.stage].boxes.double().numpy()) for tap in placed}
