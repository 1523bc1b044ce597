"""Faults planted in a tiny model, from the images to the place that a comparison names."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from angiogram.compare.assessed import assessed_run
from angiogram.compare.compare import compare
from angiogram.compare.kept import ReadRun
from angiogram.compare.locate import locate
from angiogram.data.cases import Case, Cases
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.collect.fill import collect
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.material import Material, without_failed
from angiogram.diagnose.collect.plan import plan
from angiogram.diagnose.read.assess import Assessed, assess
from angiogram.imaging.image import Image
from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.material import Material as Known
from angiogram.lesion.plant import planted
from angiogram.model.load import LoadedModel
from angiogram.report.comparison.runs import open_runs
from tests.compare.made import SETTINGS, made_run
from tests.conftest import CLASSES, QUESTION

CASES = 64


def pictures(labels: list[str]) -> Cases:
    """Coarse random pictures, each a patient of its own."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (CASES, 4, 4, 3), dtype=np.uint8)
    rows = tuple(Case(str(i), f"drawn#{i}", label, f"patient {i}") for i, label in enumerate(labels))
    names = tuple(name for name in CLASSES if name in labels)

    def read(row: Case) -> Image:
        return Image(np.kron(coarse[int(row.id)], np.ones((14, 14, 1), np.uint8)), ("drawn",))

    return Cases("drawn", rows, names, read, QUESTION)


def read(loaded: LoadedModel, cases: Cases, folder: Path) -> tuple[ReadRun, Material, Assessed]:
    """A run without a folder of its own, as a suite of lesions makes it."""
    examined = examine(cases)
    splits = assign(examined.cases, 2, 0)
    planned = plan(loaded, cases, np.ones(len(cases), dtype=bool))
    store = collect(planned, examined, fingerprint(planned, cases, examined.hashes), folder, 16, lambda _: None)
    material = without_failed(Material(examined, splits, None, store))
    found = assess(planned, material, SETTINGS, lambda _: None)
    return assessed_run(planned, material, found), material, found


@dataclass(frozen=True)
class Healthy:
    """A model with cases whose classes are what it answers, so that any fault makes the answer worse."""

    loaded: LoadedModel
    cases: Cases
    run: ReadRun
    known: Known


@pytest.fixture(scope="module")
def whole(load_family, tmp_path_factory) -> Healthy:
    loaded, folder = load_family("angiogram"), tmp_path_factory.mktemp("whole")
    cases = pictures([CLASSES[i % 4] for i in range(CASES)])
    _, _, found = read(loaded, cases, folder / "unlabelled")
    answers = found.answering.constrained
    # Classes that it hardly ever names are taken for its commonest.
    often = [k for k in range(4) if np.count_nonzero(answers == k) >= 8]
    labels = [CLASSES[k if k in often else often[0]] for k in answers.tolist()]
    cases = replace(pictures(labels), classes=CLASSES if len(often) == 4 else tuple(CLASSES[k] for k in often))
    run, material, _ = read(loaded, cases, folder / "features")
    store = material.store
    tree = plan(loaded, cases, np.ones(len(cases), dtype=bool)).tree
    taps = {tap: np.asarray(store.read(tap)) for tap in connector_outputs(loaded.anatomy)}
    return Healthy(loaded, cases, run, Known(tree, taps, material.examined.cases.labels))


NIGHTLY = partial(pytest.param, marks=pytest.mark.nightly)


@pytest.mark.parametrize(
    ("lesion", "place", "faults", "tap"),
    [
        ("encoder-noise", "encoder", {"vision", "hand-over"}, "encoder."),
        NIGHTLY("encoder-random-block", "encoder", {"vision", "hand-over"}, "encoder."),
        ("connector-subspace", "connector", {"connector", "hand-over"}, "connector.out"),
        ("connector-rotation", "connector", {"hand-over"}, "connector.out"),
        NIGHTLY("blurred-input", "encoder", {"vision", "hand-over"}, "encoder."),
        ("llm-attention", "language model", {"language model"}, "llm."),
        NIGHTLY("llm-noise", "language model", {"language model"}, "llm."),
        ("head-permuted", "answer", {"words"}, None),
    ],
)
def test_a_planted_fault_is_located(whole, tmp_path, lesion, place, faults, tap):
    with planted(whole.loaded, lesion, 1.0, 0, whole.known) as ill:
        after, _, _ = read(ill, whole.cases, tmp_path / "features")
    found = locate(whole.run, after)
    assert found.place == place and found.fault[0] in faults, found
    assert (found.first_tap or "none").startswith(tap or "none")
    if place in ("encoder", "connector"):  # a probe of this model reads nothing there, so that both are left
        assert set(found.fault) == {"hand-over", "vision" if place == "encoder" else "connector"}
        assert any("cannot show a change" in sentence for sentence in found.evidence)
    assert any("bit for bit" in sentence for sentence in found.evidence)


def test_the_model_as_it_is_is_not_at_fault(whole, tmp_path):
    again, _, _ = read(whole.loaded, whole.cases, tmp_path / "features")
    found = locate(whole.run, again)
    assert found.fault == () and found.first_tap is None


def test_through_run_folders(whole, tmp_path):
    made_run(whole.loaded, whole.cases, tmp_path / "whole")
    with planted(whole.loaded, "connector-rotation", 1.0, 0, whole.known) as ill:
        made_run(ill, whole.cases, tmp_path / "turned")
    (found,) = compare(open_runs((tmp_path / "whole", tmp_path / "turned"))).contrasts
    assert found.located.fault[0] == "hand-over" and found.located.place == "connector", found.located
    assert found.located.first_tap == "connector.out"
    assert found.headline.startswith("turned against whole: the answer loses ")
    assert len(found.headline.split()) <= 20
