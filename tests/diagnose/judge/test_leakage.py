"""A leak that decides a verdict takes it back; one that does not is only told."""

from dataclasses import replace

import numpy as np
import pytest
from angiogram.diagnose.judge.verdicts import verdicts

from angiogram.data.audit.audit import Audit
from angiogram.data.audit.closest import Twin
from angiogram.data.cases import Case, Cases
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.judge.leakage import downgraded, leakage_warnings, weigh_leakage
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.statistics.bootstrap import resample_groups
from angiogram.diagnose.tell.headline import headline
from angiogram.imaging.image import Image
from angiogram.report.document import to_document
from angiogram.report.page import render

TRAIN, TEST = 40, 200
SETTINGS = Settings(permutations=20, resamples=500, batch_size=5)


def noise(leaked=(), divided=()):
    """240 pictures of noise, 40 of which teach; the tested cases i in `leaked` repeat training picture i."""
    pixels = np.random.default_rng(1).integers(0, 255, (TRAIN + TEST, 32, 32), dtype=np.uint8)
    pixels[[TRAIN + i for i in leaked]] = pixels[list(leaked)]
    rows = tuple(
        Case(str(i), f"noise#{i}", "ab"[i % 2], "g0" if i - TRAIN in divided else f"g{i}",
             "train" if i < TRAIN else "test")
        for i in range(TRAIN + TEST)
    )  # fmt: skip
    return Cases("noise", rows, ("a", "b"), lambda case: Image(pixels[int(case.id)], ("made",)), "Which?")


def right(share, lost=()):
    """The first `share` of the 200 tested cases are right, without those in `lost`."""
    reading = np.arange(TEST) < round(share * TEST)
    reading[list(lost)] = False
    return reading


def weighed(readings, **planted):
    examined = examine(noise(**planted))
    splits = assign(examined.cases, 5, 0)
    resamples = resample_groups(np.arange(TEST), 0, 500)
    judged = verdicts(readings, resamples, 0.05, null_band=0.3)
    after, leakage = weigh_leakage(judged, examined, splits, readings, SETTINGS, 0.3)
    return judged, after, leakage, headline(after, account(readings, resamples), 0.3)


FINE = {"V": right(0.9), "C": right(0.9), "U": right(0.9), "S": right(0.9), "G": right(0.9)}


def test_without_a_leak_nothing_changes():
    judged, after, leakage, _ = weighed(FINE)
    assert after == judged
    assert (leakage.leaked, leakage.affected, leakage.accuracies, leakage.downgraded) == (0, 0, (), ())
    assert leakage_warnings(leakage) == ()


def test_a_small_leak_that_changes_no_verdict_is_only_a_warning_with_its_figure():
    judged, after, leakage, _ = weighed(FINE, leaked=range(0, 10, 2))
    assert after == judged
    assert leakage.leaked == leakage.exact == leakage.affected == 5 and leakage.share == 0.025
    stages = {stage: (whole, rest) for stage, whole, rest in leakage.accuracies}
    assert stages["V"] == pytest.approx((0.9, 175 / 195), abs=1e-9)
    (warning,) = leakage_warnings(leakage)
    assert warning.startswith("5 tested cases are not new (2 % of them)")
    assert "no stage's accuracy moves by more than 0.3 points" in warning


def test_a_verdict_that_the_leaked_cases_decide_becomes_undetermined():
    leaked = range(0, 20, 2)  # 10 of 200: the probe knows them by heart, the answer does not
    readings = {**FINE, "S": right(0.9, lost=range(26)), "G": right(0.9, lost=range(26))}
    judged, after, leakage, line = weighed(readings, leaked=leaked)
    states = {v.mode: v.state for v in judged}
    assert states["mapping"] == "present" and states["connector"] == "absent"
    mapping = after[-1]
    assert mapping.state == "undetermined" and leakage.downgraded == ("mapping",)
    assert mapping.evidence.startswith("Not present but undetermined, because of a leak: without 10 of the 200 tested")
    assert "angiogram data audit" in mapping.next_steps[0]
    assert after[1] == judged[1]
    assert line.startswith("These cases do not show where the image is lost")
    assert "verdicts were set to undetermined" in leakage_warnings(leakage)[0]


def test_above_one_case_in_ten_nothing_stays_decided():
    judged, after, leakage, line = weighed(FINE, divided=range(30))
    assert leakage.divided_groups == 1 and leakage.affected == 30 and leakage.leaked == 0
    decided = [v.mode for v in judged if v.state in ("present", "absent")]
    assert decided and list(leakage.downgraded) == decided
    assert all(v.state not in ("present", "absent") for v in after)
    assert "where 10 % are allowed" in after[1].evidence
    assert "no loss above" not in line and "gained" not in line


def test_a_sure_gain_that_a_leak_takes_back_is_not_in_the_headline():
    readings = {**FINE, "U": right(0.97), "S": right(0.97), "G": right(0.97)}
    assert "are gained inside the language model" in weighed(readings)[3]
    assert "gained" not in weighed(readings, divided=range(30))[3]


def test_where_nobody_is_left_no_verdict_stands():
    _, after, leakage, _ = weighed(FINE, divided=range(TEST))
    assert leakage.share == 1.0 and leakage.accuracies == ()
    assert all(v.state not in ("present", "absent") for v in after)
    assert "too few are left" in leakage_warnings(leakage)[0]


def test_too_few_groups_are_a_reason_of_their_own():
    judged = verdicts(FINE, resample_groups(np.arange(TEST), 0, 200), 0.05)
    found = Audit(TEST, (Twin(0, 1, True, 1.0),), (), (), (), 0)
    after = downgraded(judged, None, found)
    assert "fewer than two groups are left" in next(v for v in after if v.mode == "connector").evidence


def test_two_labels_are_a_warning():
    cases = noise()
    twin = replace(cases, read=lambda case: cases.read(cases.rows[1 if case.id == "0" else int(case.id)]))
    examined = examine(twin)
    judged = verdicts(FINE, resample_groups(np.arange(TEST), 0, 200), 0.05)
    _, leakage = weigh_leakage(judged, examined, assign(examined.cases, 5, 0), FINE, SETTINGS, 0.3)
    assert leakage.conflicts == 1 and leakage.affected == 0
    assert leakage_warnings(leakage) == ("1 pair of duplicates has two labels, of which one at most is right.",)


def test_a_whole_diagnosis_carries_the_audit(tiny, squares, tmp_path):
    first = next(row.id for row in squares.rows if row.split == "test")
    planted = replace(squares, read=lambda case: squares.read(squares.rows[0] if case.id == first else case))
    examined = examine(planted)
    splits = assign(examined.cases, 3, 0)
    diagnosed = diagnose(tiny, examined, splits, None, SETTINGS, tmp_path / "run", tmp_path / "cache", lambda _: None)
    diagnosis = diagnosed.diagnosis
    assert diagnosis.leakage.leaked == diagnosis.leakage.exact == 1
    assert diagnosis.leakage.pairs[0].case == first and diagnosis.leakage.pairs[0].other == "0"
    assert diagnosis.warnings[0].startswith("1 tested case is not new (6 % of them): its picture")
    page = render(to_document(diagnosis))
    assert "1 of the 16 tested cases has a duplicate among the cases that teach: 1 exact, 0 near." in page
