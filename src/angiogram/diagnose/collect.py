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
from angiogram.answer.orders import rotated
from angiogram.answer.parse import check_names
from angiogram.answer.prefill import Prefill, prefill
from angiogram.cache import Progress
from angiogram.data.cases import OPTIONS, Cases
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.pixels import thumbnails
from angiogram.tap.stages import batch_poolings
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
        prompts: whole prompt texts, the same for every case: taps and words are read behind the first, likelihoods
            behind each (the options in rotated orders), every further one at the cost of another pass.
    """

    loaded: LoadedModel
    taps: tuple[Tap, ...]
    tree: LabelTree | None
    asked: NDArray[np.bool_]
    prompts: tuple[str, ...]

    @property
    def prompt(self) -> str:
        """The one that taps and words are read behind."""
        return self.prompts[0]


def plan(loaded: LoadedModel, cases: Cases, asked: NDArray[np.bool_] | None, orders: int = 1) -> Plan:
    """The plan for a model and a set; with `asked` None only the taps are kept.

    `orders` is the number of rotated orders in which the options are asked.

    Raises:
        InputError: class names that an answer cannot tell apart, or that the model has no tokens for.
    """
    check_names(cases.classes)
    tree = None if asked is None else label_tree(loaded.processor.tokenizer, cases.classes)
    asked = np.zeros(len(cases), dtype=bool) if asked is None else asked
    if orders > 1 and OPTIONS not in cases.question:
        raise InputError(f"The question '{cases.question}' has no {OPTIONS} whose order could be rotated.")
    prompts = tuple(chat(loaded.processor, cases.ask(order)) for order in rotated(cases.classes, orders))
    return Plan(loaded, plan_taps(loaded.anatomy), tree, asked, prompts)


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
    inputs = _inputs(loaded, planned.prompt, images)
    poolings = batch_poolings(loaded, inputs, [image.pixels.shape[:2] for image in images])
    if planned.tree is None:
        with pooled_hooks(loaded.model, planned.taps, poolings, stop=True) as pooled:
            prefill(loaded, inputs)
        answers: dict[str, NDArray[Any]] = {}
    else:
        with pooled_hooks(loaded.model, planned.taps, poolings) as pooled:
            prompts = prefill(loaded, inputs)
        answers = _answers(planned, planned.tree, images, prompts, planned.asked[rows])
    return {"pixels": thumbnails(images), **_kept(planned, pooled), **answers}


def _inputs(loaded: LoadedModel, prompt: str, images: Sequence[Image]) -> Any:
    return prepare(loaded.processor, prompt, images).to(loaded.model.device)


def _kept(planned: Plan, pooled: Mapping[str, Tensor]) -> dict[str, NDArray[Any]]:
    rows = None if planned.tree is not None else 1  # of a twin only the mean is read
    return {name: states[:, :rows].cpu().numpy() for name, states in pooled.items()}


def _answers(
    planned: Plan, tree: LabelTree, images: Sequence[Image], prompts: Prefill, asked: NDArray[np.bool_]
) -> dict[str, NDArray[Any]]:
    loaded, further = planned.loaded, planned.prompts[1:]
    scores = [class_log_likelihoods(prompts, tree)]
    scores += [class_log_likelihoods(prefill(loaded, _inputs(loaded, text, images)), tree) for text in further]
    likelihoods = torch.stack(scores, dim=1)  # [B, orders, K]
    said = np.full((len(asked), MAX_NEW_TOKENS), -1, dtype=np.int32)
    if asked.any():
        said[asked] = continue_greedily(prompts, torch.from_numpy(np.flatnonzero(asked)), MAX_NEW_TOKENS).cpu().numpy()
    return {LIKELIHOODS: likelihoods.cpu().numpy(), GENERATED: said}


def content_free(planned: Plan, tree: LabelTree, image: Image) -> NDArray[np.float32]:
    """Log-likelihoods `[orders, K]` of the classes for an even grey in the shape of this image."""
    grey = Image(np.full_like(image.pixels, 128), ("even grey",))
    fills = (prefill(planned.loaded, _inputs(planned.loaded, prompt, [grey])) for prompt in planned.prompts)
    return torch.cat([class_log_likelihoods(filled, tree) for filled in fills]).cpu().numpy()


def decode(store: FeatureStore, tokenizer: Any, rows: Sequence[int]) -> list[tuple[str, bool]]:
    """The generated answers of these cases as (text, whether the model ended it before the longest length)."""
    tokens = store.read(GENERATED)
    return [
        (tokenizer.decode(tokens[row][tokens[row] >= 0], skip_special_tokens=True).strip(), bool(tokens[row][-1] < 0))
        for row in rows
    ]
