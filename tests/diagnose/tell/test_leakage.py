"""Leaked cases are told and never judged; folds that were cut here have none."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.audit.audit import Audit
from angiogram.data.audit.closest import Twin
from angiogram.data.divide import clean, divide
from angiogram.data.grouping import Grouping
from angiogram.data.intake import examine
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.leakage import leakage, leakage_warnings
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.probe.evaluate import probe_tap
from angiogram.report.document import to_document
from angiogram.report.page import render

SETTINGS = Settings(permutations=20, resamples=200, batch_size=8)
NO_LOSS = np.ones(20, dtype=bool)


def many(squares):
    """32 squares that teach as before and 100 others that are tested, of which one is 1 %."""
    teaching = [row for row in squares.rows if row.split == "train"]
    tested = [replace(squares.rows[i % 4], id=f"t{i}", path=f"drawn#{i}", split="test") for i in range(100)]
    pixels = np.random.default_rng(1).integers(0, 90, (100, 56, 56), dtype=np.uint8)
    for i in range(100):
        y, x = 28 * (i % 4 // 2), 28 * (i % 2)
        pixels[i, y : y + 28, x : x + 28] += 120

    def read(case):
        return Image(pixels[int(case.id[1:])], ("drawn",)) if case.id.startswith("t") else squares.read(case)

    return replace(squares, rows=(*teaching, *tested), read=read)


def copies(squares, share, official=True):
    """Every square its own group; this share of the held-out ones repeats a square that teaches, half of them
    brighter."""
    teaching, tested = ([row for row in squares.rows if row.split == side] for side in ("train", "test"))
    source = {
        row.id: ([one for one in teaching if one.label == row.label][number // 4], number % 2)
        for number, row in enumerate(tested[: round(share * len(tested))])
    }

    def read(case):
        shown, brighter = source.get(case.id, (case, 0))
        image = squares.read(shown)
        return Image(np.minimum(image.pixels + np.uint8(10 * brighter), 255).astype(np.uint8), image.made)

    rows = tuple(replace(row, group=row.id, split=row.split if official else None) for row in squares.rows)
    return replace(squares, rows=rows, read=read)


def diagnosed(loaded, cases, folder, folds=3):
    examined, splits = divide(examine(cases), folds, 0)
    found = diagnose(loaded, examined, splits, None, SETTINGS, folder / "run", folder / "cache", lambda _: None)
    return found.diagnosis, examined, splits


@pytest.mark.parametrize(
    ("share", "tested"),
    [pytest.param(0.01, 100, marks=pytest.mark.nightly), (0.1, 16), pytest.param(0.6, 16, marks=pytest.mark.nightly)],
)
def test_an_own_split_is_judged_by_its_clean_cases_and_shows_both(tiny, squares, tmp_path, share, tested):
    cases = copies(squares if tested == 16 else many(squares), share)
    diagnosis, examined, splits = diagnosed(tiny, cases, tmp_path)
    count, found = round(share * tested), diagnosis.leakage
    assert count >= 1
    assert found.leaked == found.affected == count and found.exact == (count + 1) // 2
    assert diagnosis.evaluated == tested - count and found.share == count / tested
    both = {stage: (everyone, kept) for stage, everyone, kept in found.accuracies}
    shown = {stage.key: stage.accuracy.value for stage in diagnosis.stages if stage.accuracy is not None}
    assert {stage: kept for stage, (_, kept) in both.items()} == shown
    features = np.load(tmp_path / "run" / "features" / "encoder.out.npy")[:, 0].astype(np.float64)
    labels = examined.cases.labels
    read = probe_tap(features, labels, splits.pairs, groups=examined.cases.groups)
    assert both["V"][0] == pytest.approx(np.mean(read.predicted == labels[read.cases]), abs=1e-9)
    said = f"{count} tested case{' is' if count == 1 else 's are'} not judged"
    assert any(warning.startswith(said) for warning in diagnosis.warnings)
    splits_fact = next(fact.value for fact in diagnosis.provenance if fact.name == "splits")
    assert f"{tested} test cases, of which {count} also teach and are not judged" in splits_fact
    page = render(to_document(diagnosis))
    assert "All tested cases" in page and "Clean cases" in page and "because of a leak" not in page

    less = replace(cases, rows=tuple(row for i, row in enumerate(cases.rows) if i not in _leaked(examined, splits)))
    without, *_ = diagnosed(tiny, less, tmp_path / "without")
    assert [step.loss.value for step in without.steps] == [step.loss.value for step in diagnosis.steps]
    assert [stage.accuracy for stage in without.stages] == [stage.accuracy for stage in diagnosis.stages]


def _leaked(examined, splits):
    return set(np.setdiff1d(splits.pairs[0][1], clean(examined.cases, splits).pairs[0][1]).tolist())


def test_our_folds_over_copies_judge_every_case_and_say_how_many_groups_there_are(tiny, squares, tmp_path):
    diagnosis, *_ = diagnosed(tiny, copies(squares, 0.6, official=False), tmp_path)
    found = diagnosis.leakage
    assert (found.leaked, found.affected, found.accuracies) == (0, 0, ())
    assert found.grouping.cases == found.grouping.named == diagnosis.evaluated == 48
    assert found.grouping.groups == diagnosis.groups < 48
    assert any("duplicates joined 48 groups to" in fact.value for fact in diagnosis.provenance)
    assert f"they joined 48 groups to {found.grouping.groups}" in render(to_document(diagnosis))


def test_a_split_without_a_clean_case_is_one_sentence(tiny, squares, tmp_path):
    with pytest.raises(InputError, match="All 16 tested cases also teach"):
        diagnosed(tiny, copies(squares, 1.0), tmp_path)


def audited(**found):
    nothing = {"judged": 40, "leaks": (), "divided": (), "divided_cases": (), "conflicts": (), "within": 0}
    return Audit(**(nothing | found), grouping=Grouping(80, 80, 80, 1))


def test_nothing_found_is_no_warning(squares):
    found = leakage(audited(), squares, {"V": NO_LOSS}, {})
    assert leakage_warnings(found) == () and found.accuracies == () and found.findings == ()


def test_the_warning_says_what_the_leaked_cases_would_change(squares):
    twins = (Twin(30, 3, True, 1.0), Twin(31, 4, False, 0.95))
    some = np.arange(18) < 9
    found = leakage(audited(leaks=twins), squares, {"R": 0.9, "V": some}, {"R": 0.9, "V": np.ones(2, bool)})
    assert found.accuracies == (("V", pytest.approx(11 / 20), 0.5),)
    assert leakage_warnings(found) == (
        "2 tested cases are not judged (5 % of them): their picture, or others of their group, also teach the probes; "
        "with them a stage's accuracy would differ by up to 5.0 points.",
    )
    assert [pair.match for pair in found.pairs] == ["exact", "near"]


def test_two_labels_and_a_chain_are_warnings(squares):
    found = leakage(audited(conflicts=(Twin(0, 1, True, 1.0),)), squares, {"V": NO_LOSS}, {}, "A chain was cut.")
    assert leakage_warnings(found, "A chain was cut.") == (
        "1 pair of duplicates has two labels, of which one at most is right.",
        "A chain was cut.",
    )
    assert found.findings[-1] == "A chain was cut."
