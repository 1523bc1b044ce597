"""One forward pass per case: pooled taps, class likelihoods and the generated answer from the same prefill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import LabelTree, label_tree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.parse import check_names
from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, pictures, position_ids
from angiogram.tap.hooks import pool_pixels, pooled_hooks
from angiogram.tap.pooling import prompt_weights
from angiogram.tap.store import ArraySpec, FeatureStore, planned_bytes
from angiogram.tap.taps import Tap, plan_taps

LIKELIHOODS, GENERATED = "answer.likelihoods", "answer.generated"
MAX_NEW_TOKENS = 24  # an answer cut off too early can seem to mention one class only


@dataclass(frozen=True)
class Plan:
    """What one pass over the cases keeps.

    Attributes:
        loaded: the model.
        taps: where it is read.
        tree: the class names to score; None for taps only (the random twin is not asked).
        asked: `[N]`, the cases whose answer is generated.
        prompt: the whole prompt text, the same for every case.
    """

    loaded: LoadedModel
    taps: tuple[Tap, ...]
    tree: LabelTree | None
    asked: NDArray[np.bool_]
    prompt: str


def plan(loaded: LoadedModel, cases: Cases, asked: NDArray[np.bool_] | None) -> Plan:
    """The plan for a model and a set; with `asked` None only the taps are kept.

    Raises:
        InputError: class names that an answer cannot tell apart, or that the model has no tokens for.
    """
    check_names(cases.classes)
    tree = None if asked is None else label_tree(loaded.processor.tokenizer, cases.classes)
    asked = np.zeros(len(cases), dtype=bool) if asked is None else asked
    return Plan(loaded, plan_taps(loaded.anatomy), tree, asked, chat(loaded.processor, cases.question))


def collect(
    planned: Plan,
    cases: Cases,
    fingerprint: Mapping[str, str],
    folder: Path,
    batch_size: int,
    progress: Progress,
) -> FeatureStore:
    """Fill the store in `folder`, going on where an interrupted run stopped.

    Batches are the same rows whatever was done before, so that a continued run gives the same bytes.

    Raises:
        InputError: the folder holds features of something else, or the disk cannot hold the planned bytes.
    """
    batches = [slice(i, min(i + batch_size, len(cases))) for i in range(0, len(cases), batch_size)]
    with torch.no_grad():
        shapes = {name: ArraySpec(a.shape[1:], str(a.dtype)) for name, a in _run(planned, cases, slice(0, 1)).items()}
        if not folder.exists():
            progress(
                f"{len(planned.taps)} taps of {len(cases)} cases: {planned_bytes(len(cases), shapes) / 1e6:.0f} MB"
            )
        settings = {**fingerprint, "batch size": str(batch_size)}
        store = FeatureStore.open(folder, settings, len(cases), len(batches), shapes)
        for number, rows in enumerate(batches):
            if not store.is_done(number):
                store.write(number, rows, _run(planned, cases, rows))
                progress(f"{planned.loaded.name}: {rows.stop}/{len(cases)} cases")
    return store


def _run(planned: Plan, cases: Cases, rows: slice) -> dict[str, NDArray[Any]]:
    """Every kept array of one batch."""
    loaded = planned.loaded
    images = [cases.read(row) for row in cases.rows[rows]]
    inputs = loaded.processor(
        images=pictures(images), text=[planned.prompt] * len(images), return_tensors="pt", padding=True,
        padding_side="left",
    )  # fmt: skip
    image_mask = inputs["input_ids"] == loaded.model.config.image_token_id
    weights = prompt_weights(image_mask, inputs["attention_mask"])
    asked = planned.tree is not None
    with pooled_hooks(loaded.model, planned.taps, weights) as pooled:
        positions = position_ids(inputs["attention_mask"])
        outputs = loaded.model(**inputs, position_ids=positions, use_cache=asked, logits_to_keep=1)
    kept: dict[str, Tensor] = {"pixels": pool_pixels(inputs["pixel_values"]), **pooled}
    rows_kept = None if asked else 1  # of a twin only the mean is read
    arrays = {tap.name: kept[tap.name][:, :rows_kept].numpy() for tap in planned.taps}
    if planned.tree is not None:
        arrays |= _answers(planned, planned.tree, inputs, outputs, planned.asked[rows])
    return arrays


def _answers(
    planned: Plan,
    tree: LabelTree,
    inputs: Any,
    outputs: Any,
    asked: NDArray[np.bool_],
) -> dict[str, NDArray[Any]]:
    model, logits, cache = planned.loaded.model, outputs.logits[:, -1], outputs.past_key_values
    mask: Tensor = inputs["attention_mask"]
    likelihoods = class_log_likelihoods(model, tree, logits, cache, mask)
    said = np.full((len(asked), MAX_NEW_TOKENS), -1, dtype=np.int32)
    if asked.any():
        chosen = torch.from_numpy(np.flatnonzero(asked))
        cache.batch_select_indices(chosen)
        tokens = continue_greedily(
            model, inputs["input_ids"][chosen], mask[chosen], logits[chosen], cache, MAX_NEW_TOKENS
        )
        said[asked] = tokens.numpy()
    return {LIKELIHOODS: likelihoods.numpy(), GENERATED: said}


def decode(store: FeatureStore, tokenizer: Any, rows: Sequence[int]) -> list[tuple[str, bool]]:
    """The generated answers of these cases as (text, whether the model ended it before the longest length)."""
    tokens = store.read(GENERATED)
    return [
        (tokenizer.decode(tokens[row][tokens[row] >= 0], skip_special_tokens=True).strip(), bool(tokens[row][-1] < 0))
        for row in rows
    ]
