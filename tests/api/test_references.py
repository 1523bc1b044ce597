"""`--reference` and `--reference-source`: what they take, what they refuse, and what comes of it."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.api.references import Wanted, reference_of, wanted
from angiogram.api.subject import Asked, opened
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.collect.reference import trained_references
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.model.load import load_model
from angiogram.report.disk import write_report
from angiogram.statistics.bootstrap import resample_groups
from angiogram.train.references import scratch
from angiogram.train.references import tower as tuned
from tests.model.build.deep import bright_volumes, write_deep


@pytest.mark.parametrize(
    ("given", "source", "meant"),
    [
        ("none", None, Wanted()),
        ("cnn", None, Wanted(("cnn",))),
        ("cnn, tower,vit", None, Wanted(("cnn", "tower", "vit"))),
        ("0.93", None, Wanted(accuracy=0.93)),
        ("1", "Smith 2024", Wanted(accuracy=1.0, source="Smith 2024")),
    ],
)
def test_what_can_be_asked_for(given, source, meant):
    assert wanted(given, source) == meant


@pytest.mark.parametrize(
    ("given", "source", "said"),
    [
        ("towr", None, "not 'towr'; did you mean 'tower'?"),
        ("cnn,vti", None, "not 'vti'; did you mean 'vit'?"),
        ("cnn,none", None, "leave none out"),
        ("cnn,0.9", None, "not '0.9'"),
        ("", None, "not ''"),
        ("cnn,cnn", None, "names 'cnn' twice"),
        ("93", None, "a number above 0 and at most 1"),
        ("inf", None, "a number above 0 and at most 1"),
        ("1.2", "Smith 2024", "a number above 0 and at most 1"),
        ("cnn", "Smith 2024", "give it with --reference 0.93, not with 'cnn'"),
        ("none", "Smith 2024", "give it with --reference 0.93, not with 'none'"),
        ("0.9", " ", "--reference-source is empty"),
    ],
)
def test_what_cannot_is_one_sentence(given, source, said):
    with pytest.raises(InputError) as refused:
        wanted(given, source)
    assert said in str(refused.value) and "\n" not in str(refused.value)


@pytest.fixture
def few(monkeypatch):
    """A handful of steps; each function holds its settings as a default."""
    for learn, settings in ((scratch.cnn, scratch.CNN), (scratch.vit, scratch.VIT)):
        monkeypatch.setattr(learn, "__defaults__", (replace(settings, steps=3, batch_size=8),))
    monkeypatch.setattr(tuned, "ON_CPU", replace(tuned.ON_CPU, steps=3, batch_size=8))


def test_a_number_is_told_with_its_source(tiny, squares, tmp_path):
    examined = examine(squares)
    splits = assign(examined.cases, 3, 0)
    asked = wanted("0.93", "Smith 2024, Table 2.")
    found = reference_of(asked, tiny, examined, splits, tmp_path, print)
    assert found is not None and found.accuracy == 0.93 and found.predicted is None and not found.trained
    assert found.source == "the accuracy 0.93 that the user gave, from Smith 2024, Table 2"
    assert reference_of(wanted("none", None), tiny, examined, splits, tmp_path, print) is None


def test_several_are_all_trained_and_one_of_them_is_r(tiny, squares, tmp_path, few):
    examined = examine(squares)
    splits = assign(examined.cases, 3, 0)
    found = reference_of(wanted("cnn,vit,tower", None), tiny, examined, splits, tmp_path, lambda _: None)
    assert found is not None and found.predicted is not None
    assert [each.name for each in found.trained] == ["cnn", "vit", "tower"]
    (best,) = (each for each in found.trained if each.folds)
    assert best.inner == max(each.inner for each in found.trained)
    assert (found.predicted == best.predicted).all() and len(found.predicted) == 16
    assert "of cnn, vit and tower it was most accurate on a share of the training cases" in found.source
    assert "3 steps of 8 images" in found.trained[0].training
    truth = squares.labels[splits.pairs[0][1]]
    shown = trained_references(found, truth, resample_groups(np.arange(16)))
    assert all(each.accuracy.low <= each.accuracy.value <= each.accuracy.high for each in shown)
    kept = np.arange(16) > 2
    left = found.only(kept)
    assert left.predicted is not None and len(left.predicted) == 13
    assert all(len(each.predicted) == 13 for each in left.trained)


def test_folds_that_choose_differently_are_counted_in_the_source(tiny, squares, tmp_path, few):
    whole = replace(squares, rows=tuple(replace(row, split=None) for row in squares.rows))
    examined = examine(whole)
    splits = assign(examined.cases, 2, 0)
    found = reference_of(wanted("cnn,tower", None), tiny, examined, splits, tmp_path, lambda _: None)
    assert found is not None and found.predicted is not None and len(found.predicted) == 48
    assert sum(each.folds for each in found.trained) == 1.0
    assert "fold" in found.source


def test_the_report_lists_every_trained_reference(tiny, squares, tmp_path, few):
    examined = examine(squares)
    splits = assign(examined.cases, 3, 0)
    found = reference_of(wanted("cnn,tower", None), tiny, examined, splits, tmp_path / "cache", lambda _: None)
    settings = Settings(permutations=20, resamples=200, batch_size=8)
    diagnosed = diagnose(tiny, examined, splits, found, settings, tmp_path / "run", tmp_path / "cache", lambda _: None)
    assert diagnosed is not None and found is not None
    diagnosis = diagnosed.diagnosis
    assert [each.name for each in diagnosis.references] == ["cnn", "tower"]
    (r,) = (each for each in diagnosis.references if each.folds == 1)
    assert diagnosis.stages[0].accuracy == r.accuracy
    facts = {fact.name: fact.value for fact in diagnosis.provenance}
    assert facts["specialist"] == found.source and "its loss went" in facts["reference tower"]
    _, page = write_report(diagnosis, tmp_path / "run")
    assert "all of it tuned by cross-entropy" in page.read_text()


def test_a_classifier_that_cannot_be_tuned_is_refused_before_the_model_is_loaded(squares, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    asked = Asked("no/such-model", squares, reference=f"cnn,{tmp_path}")
    with pytest.raises(InputError, match="is no image classifier that can be loaded here"):
        opened(asked, tmp_path / "cache", print)


def test_of_the_references_tower_and_a_number_know_volumes(tmp_path, few):
    loaded = load_model(str(write_deep(tmp_path / "model", "slices")), tmp_path, print)
    cases = bright_volumes()
    for name in ("cnn", "tower,vit"):
        with pytest.raises(InputError, match="learns from pictures, and the cases are volumes, the first of 6 slices"):
            opened(Asked(loaded, cases, reference=name), tmp_path / "cache", print)
    found = opened(Asked(loaded, cases, reference="tower"), tmp_path / "cache", lambda _: None).reference
    assert found is not None and found.predicted is not None and len(found.predicted) == 16
    assert opened(Asked(loaded, cases, reference="0.9"), tmp_path / "cache", print).reference.accuracy == 0.9
