"""Layers are chosen on the training sides alone, whichever probe reads."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.cases import Case, Cases
from angiogram.diagnose.read.flow import best_image_layer, best_late_layer, read_flow
from angiogram.imaging.image import Image
from angiogram.probe.evaluate import ProbeResult
from angiogram.probe.permutation import permuted_labels
from angiogram.tap.store import FAILED, ArraySpec, FeatureStore
from angiogram.tap.taps import Tap

BLOCKS = [Tap(f"llm.block.{i}@image", "llm", "prompt", "image", i, "", "output") for i in range(3)]
FOLDS = [(np.arange(6), np.arange(6, 12)), (np.arange(6, 12), np.arange(6))]


def result(training, right):
    """A tap whose probe reads its training sides so well, and has these of twelve cases right (class 1)."""
    none = np.zeros((12, 2))
    return ProbeResult(np.arange(12), right.astype(np.int64), none, none, (1.0, 1.0), training, None)


def test_the_layer_of_a_fold_is_the_best_of_its_training_side_and_not_of_what_it_judges():
    first, second = np.arange(12) < 6, np.arange(12) >= 6  # fold 0 judges the second half
    read = {
        BLOCKS[0].name: result((0.9, 0.2), first),  # has what fold 0 judges all wrong, and is chosen there
        BLOCKS[1].name: result((0.5, 0.8), second),
        BLOCKS[2].name: result((0.8, 0.7), np.ones(12, dtype=bool)),  # right everywhere on the judged cases
    }
    chosen, predicted = best_image_layer(BLOCKS, read, FOLDS, np.arange(12))
    assert chosen == (BLOCKS[0].name, BLOCKS[1].name)
    np.testing.assert_array_equal(predicted, np.zeros(12))
    assert best_late_layer(BLOCKS, read, FOLDS, np.arange(12)) == (BLOCKS[2].name, BLOCKS[2].name)
    better = {name: replace(one, predicted=np.ones(12, dtype=np.int64)) for name, one in read.items()}
    assert best_image_layer(BLOCKS, better, FOLDS, np.arange(12))[0] == chosen


@pytest.mark.parametrize("probe", ["ridge", "mlp"])
def test_a_probe_that_knows_its_training_cases_by_heart_chooses_no_layer(probe, tmp_path):
    """Only the last block holds the class; a perceptron has all its training cases right at every block."""
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 2
    rows = tuple(Case(str(i), "", "ab"[label], str(i), None) for i, label in enumerate(labels))
    cases = Cases("made", rows, ("a", "b"), lambda row: Image(np.zeros((2, 2, 3), np.uint8), ()), "?")
    held = {tap.name: rng.normal(size=(120, 1, 60)).astype(np.float32) for tap in BLOCKS}
    held[BLOCKS[2].name][:, 0, 0] += 6.0 * labels
    store = FeatureStore.open(
        tmp_path / "features", {}, 120, 1, lambda: {name: ArraySpec((1, 60), "float32") for name in held}
    )
    store.write(0, range(120), {**held, FAILED: np.zeros(120, np.int16)})
    folds = [(np.arange(80), np.arange(80, 120))]
    permuted = permuted_labels(labels, folds, 19)
    flow = read_flow(BLOCKS, store, cases, folds, permuted, probe, lambda _: None)
    chosen, _ = best_image_layer(BLOCKS, flow.mean, folds, np.arange(80, 120))
    assert chosen == (BLOCKS[2].name,)
