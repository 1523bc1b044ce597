"""All causal tests of a model on some of the evaluated cases."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.cause.asking import Asking, asking
from angiogram.diagnose.cause.by_class import by_class_finding, draw_by_class, exchange_by_class
from angiogram.diagnose.cause.decodable import decodable_blocks, decodable_findings
from angiogram.diagnose.cause.interchange import Place, exchange, judged_places
from angiogram.diagnose.cause.knock_out import ROWS, Cut, judged_windows, knock_out
from angiogram.diagnose.cause.pairs import draw_alike, draw_pairs, image_shapes, units_of_pairs
from angiogram.diagnose.cause.result import ByClass, Causes, Interchange
from angiogram.diagnose.cause.windows import places, sliding_windows
from angiogram.diagnose.cause.words import interchange_findings, knock_out_findings
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import LIKELIHOODS, Plan
from angiogram.diagnose.read.measured import CurvePoint
from angiogram.diagnose.settings import Settings
from angiogram.model.layouts.alone import ONE_BY_ONE
from angiogram.model.load import LoadedModel
from angiogram.probe.evaluate import evaluated_cases
from angiogram.probe.scores import majority
from angiogram.statistics.bootstrap import resample_groups
from angiogram.tap.attention import image_readers
from angiogram.tap.batches import by_length

FEWEST_PAIRS = 8
FEWEST_UNITS = 2


def find_causes(
    planned: Plan,
    material: Material,
    curve: Sequence[CurvePoint],
    null_band: float,
    settings: Settings,
    batch_size: int,
    progress: Progress,
) -> Causes:
    """Cut attention to the image in windows of blocks, and exchange images between cases, block by block.

    Args:
        planned: the pass of the diagnosis; it asked the model.
        material: with the likelihoods of the untouched model, for calibration.
        curve: what probes read at every tap.
        null_band: accuracy that the best tap reaches by chance.
        settings: `causal` says on how many cases at most; they are drawn evenly over the classes.
        batch_size: most images a forward pass.
        progress: receives plain lines, the number of forward passes first.

    Raises:
        InputError: an image cannot be read any more, the cases are of one group, or the model's blocks take no mask.
    """
    loaded, cases, pairs = planned.loaded, material.examined.cases, material.splits.pairs
    evaluated = evaluated_cases(pairs, len(cases))
    chosen = drawn_evenly(cases.labels[evaluated], settings.causal, settings.seed)
    lengths = by_length([material.examined.shapes[row] for row in evaluated[chosen]])
    rows = evaluated[chosen][list(lengths)]
    resamples = resample_groups(cases.groups[rows], settings.seed, settings.resamples)
    asked = asking(planned, cases, np.asarray(material.store.read(LIKELIHOODS))[:, 0], pairs, batch_size)
    where = _places(loaded)
    cuts = _cuts(loaded)
    count = len(rows) * (1 + len(cuts))
    progress(
        f"causal tests: {count} forward passes for {len(cuts)} cuts on {len(rows)} cases, "
        f"then at most {len(rows) * (1 + 2 * len(where))} for {len(where)} places of exchange"
        + (f" and {4 * len(rows)} for exchanges within and between classes" if where else "")
    )
    found = knock_out(asked, tuple(rows.tolist()), cuts, progress)
    labels = cases.labels[rows]
    judged = judged_windows(cuts, found, labels, resamples)
    windows, whole = judged[: -len(ROWS)], judged[-len(ROWS) :]
    answers = found.untouched.argmax(axis=1)
    shapes = _shapes(asked, rows) if where else []
    drawn = draw_pairs(labels, answers, shapes, cases.groups[rows], settings.seed) if where else ()
    alike = draw_alike([case for pair in drawn for case in pair], answers, shapes)
    exchanged, notes = _exchanged(asked, rows, drawn, alike, where, settings, progress)
    by_class, few, more = _by_class(asked, rows, shapes, settings) if where else (None, (), 0)
    accuracy, chance = resamples.accuracy(answers == labels).interval(), majority(labels)
    blocks, decodable = len(loaded.anatomy.llm_blocks), decodable_blocks(curve, null_band)
    return Causes(
        cases=len(rows),
        groups=len(np.unique(cases.groups[rows])),
        blocks=blocks,
        accuracy=accuracy,
        majority=chance,
        windows=windows,
        whole=whole,
        pairs=len(drawn) if exchanged else 0,
        interchange=exchanged,
        by_class=by_class,
        findings=(
            *knock_out_findings(accuracy, chance, windows, whole),
            *interchange_findings(exchanged),
            *([by_class_finding(by_class)] if by_class else []),
            *decodable_findings(decodable, null_band, blocks, judged, exchanged),
        ),
        notes=(*notes, *few),
        passes=count + more + (2 * len(drawn) * (1 + len(where)) + 2 * len(alike) * len(where) if exchanged else 0),
    )


def drawn_evenly(labels: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """At most `count` of these cases `[n]`, as many of each class as there are, ascending.

    >>> drawn_evenly(np.array([0, 0, 0, 0, 1, 1]), 4, seed=0)
    array([2, 3, 4, 5])
    """
    turns: dict[int, int] = defaultdict(int)
    order: list[tuple[int, int]] = []
    for case in np.random.default_rng(seed).permutation(len(labels)).tolist():
        order.append((turns[int(labels[case])], case))
        turns[int(labels[case])] += 1
    order.sort(key=lambda each: each[0])
    return np.sort([case for _, case in order[:count]])


def _cuts(loaded: LoadedModel) -> tuple[Cut, ...]:
    """Windows for each kind of rows, and last all blocks for each kind."""
    readers = image_readers(loaded)
    windows = tuple(Cut(window, rows) for rows in ROWS for window in sliding_windows(readers))
    return (*windows, *(Cut(readers, rows) for rows in ROWS))


def _places(loaded: LoadedModel) -> tuple[Place, ...]:
    """The connector and blocks; the connector alone where no image tokens stand in the prompt, none one by one."""
    anatomy = loaded.anatomy
    if anatomy.layout == ONE_BY_ONE:
        return ()
    return (None, *places(len(anatomy.llm_blocks))) if anatomy.image_tokens else (None,)


def _shapes(asked: Asking, rows: NDArray[np.int64]) -> list[Hashable]:
    batches = asked.batches(tuple(rows.tolist()))
    return [shape for batch in batches for shape in image_shapes(asked.loaded, batch.inputs)]


def _exchanged(
    asked: Asking,
    rows: NDArray[np.int64],
    drawn: Sequence[tuple[int, int]],
    alike: Sequence[tuple[int, int]],
    where: Sequence[Place],
    settings: Settings,
    progress: Progress,
) -> tuple[tuple[Interchange, ...], tuple[str, ...]]:
    """The interchange, and what is to be said of it."""
    if not where:
        return (), ("Images were not exchanged: this model is given one image at a time.",)
    units = units_of_pairs(drawn, asked.cases.groups[rows])
    independent = len(np.unique(units))
    if len(drawn) < FEWEST_PAIRS or independent < FEWEST_UNITS:
        return (), (
            f"Images were not exchanged: only {len(drawn)} pairs of different classes have different answers and as "
            f"many image tokens, in {independent} independent set{'' if independent == 1 else 's'} of groups; "
            f"{FEWEST_PAIRS} pairs in {FEWEST_UNITS} sets are needed.",
        )
    pairs, same = ([(int(rows[a]), int(rows[b])) for a, b in kind] for kind in (drawn, alike))
    found = exchange(asked, pairs, same, where, progress)
    judged = judged_places(where, found, resample_groups(units, settings.seed, settings.resamples))
    if asked.loaded.anatomy.image_tokens:
        return judged, ()
    return judged, (
        "Images were exchanged at the connector's output alone: this language model reads them by cross-attention and "
        "has no image tokens whose states could be exchanged behind a block.",
    )


def _by_class(
    asked: Asking, rows: NDArray[np.int64], shapes: Sequence[Hashable], settings: Settings
) -> tuple[ByClass | None, tuple[str, ...], int]:
    """Exchanges within and between classes, what is to be said of them, and how many forward passes they took."""
    cases = asked.cases
    drawn = draw_by_class(cases.labels[rows], shapes, cases.groups[rows], settings.seed)
    if drawn.too_few is not None:
        return None, (drawn.too_few,), 0
    return exchange_by_class(asked, rows, drawn, settings.seed, settings.resamples), (), drawn.passes
