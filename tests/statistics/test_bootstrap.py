"""The bootstrap: paired, over groups, and its intervals cover what they say."""

import numpy as np
import pytest
from scipy.stats import norm

from angiogram.errors import InputError
from angiogram.probe.resampled import summed_balanced_accuracy, summed_macro_auroc, summed_macro_f1
from angiogram.statistics.bootstrap import critical, resample_groups


def test_the_same_seed_gives_the_same_resamples_for_every_tap():
    groups = np.arange(100) // 3
    right = np.random.default_rng(0).random((5, 100)) < 0.7
    together = resample_groups(groups, seed=4).accuracies(right)
    for row, estimate in zip(right, together, strict=True):
        alone = resample_groups(groups, seed=4).accuracy(row)
        np.testing.assert_allclose(alone.samples, estimate.samples, rtol=1e-12)
        assert alone.value == estimate.value == pytest.approx(row.mean())


def test_samples_equal_drawing_groups_by_hand():
    groups = np.array([7, 7, 2, 9, 9, 9])
    right = np.array([True, False, True, True, True, False])
    draws = resample_groups(groups, count=50)
    members = [np.flatnonzero(groups == g) for g in (2, 7, 9)]
    for counts, sample in zip(draws.counts, draws.accuracy(right).samples, strict=True):
        drawn = [right[m] for m, c in zip(members, counts[:3], strict=True) for _ in range(int(c))]
        drawn += [np.zeros(int(counts[3])), np.ones(int(counts[4]))]
        assert sample == pytest.approx(np.concatenate(drawn).mean())


def test_losses_are_paired():
    """Two stages that fail on the same cases differ by nothing, however unsure each accuracy is."""
    rng = np.random.default_rng(0)
    draws = resample_groups(np.arange(300))
    right = rng.random(300) < 0.5
    same = draws.loss(right, right).interval()
    assert same.value == 0.0 and same.high - same.low < 0.04
    other = draws.loss(right, rng.permutation(right)).interval()
    assert other.high - other.low > 0.1


def test_whole_groups_make_wider_intervals_than_single_cases():
    groups = np.arange(400) // 10
    right = (np.random.default_rng(0).random(40) < 0.6)[groups]
    grouped, single = (resample_groups(g).accuracy(right).interval() for g in (groups, np.arange(400)))
    assert (grouped.high - grouped.low) > 2.5 * (single.high - single.low)


@pytest.mark.parametrize(("groups", "size", "p"), [(60, 1, 0.8), (60, 8, 0.6), (12, 30, 0.8)])
def test_intervals_cover_the_truth(groups, size, p):
    """Nominal 95 %; with 300 sets the count has a standard deviation of 1.3 points."""
    rng = np.random.default_rng(1)
    number = np.repeat(np.arange(groups), size)
    draws = resample_groups(number)
    sets = rng.random((300, len(number))) < rng.beta(p * 19, (1 - p) * 19, (300, groups))[:, number]  # alike in a group
    intervals = [estimate.interval() for estimate in draws.accuracies(sets)]
    covered = np.mean([i.low <= p <= i.high for i in intervals])
    assert 0.91 <= covered <= 0.985


def test_intervals_that_hold_together_cover_the_truth_over_few_groups():
    """Twelve intervals over 8 groups reach to 4.5 standard errors, where 2,000 resamples have none; nominal 0.42 %."""
    rng = np.random.default_rng(1)
    number = np.repeat(np.arange(8), 30)
    sets = rng.random((6000, len(number))) < rng.beta(11.4, 7.6, (6000, 8))[:, number]
    intervals = [estimate.interval(1 - 0.05 / 12) for estimate in resample_groups(number).accuracies(sets)]
    missed = np.mean([not i.low <= 0.6 <= i.high for i in intervals])
    assert missed < 0.009 and all(0.0 <= i.low <= i.high <= 1.0 for i in intervals)


def test_intervals_that_the_resamples_reach_are_their_percentiles():
    rng = np.random.default_rng(0)
    for groups, confidence in ((6, 0.95), (40, 0.95), (40, 1 - 0.05 / 12)):
        estimate = resample_groups(np.arange(groups)).accuracy(rng.random(groups) < 0.6)
        tail = norm.cdf(-estimate.critical(confidence))
        found = estimate.interval(confidence)
        assert [found.low, found.high] == np.quantile(estimate.samples, [tail, 1 - tail]).tolist()


def test_an_interval_beyond_the_resamples_stays_within_what_is_possible():
    draws = resample_groups(np.arange(4))
    before, after = np.array([True, True, True, False]), np.array([False, False, False, True])
    loss = draws.loss(before, after)
    assert (loss.interval().low, loss.interval().high) == (-1.0, 1.0)
    skill = draws.accuracy(before).skill(0.5).interval()
    assert (skill.low, skill.high) == (-1.0, 1.0)
    number = draws.accuracy(0.9).interval()
    assert number.low == number.value == number.high


@pytest.mark.parametrize("summed", [summed_balanced_accuracy, summed_macro_f1])
def test_means_over_classes_cover_the_truth_where_a_patient_has_one_diagnosis(summed):
    """24 patients of four classes; the scores of whole resamples hold macro F1 too rarely."""
    rng = np.random.default_rng(3)

    def read(patients):
        labels = np.repeat(rng.integers(0, 4, patients), 5)
        groups = np.arange(len(labels)) // 5
        right = rng.random(len(labels)) < rng.beta(6, 4, patients)[groups]
        return labels, np.where(right, labels, rng.integers(0, 4, len(labels))), groups, 4

    truth = summed(*read(100_000)).value
    draws = resample_groups(np.arange(120) // 5)
    intervals = [draws.summed(summed(*read(24))).interval() for _ in range(400)]
    covered = np.mean([i.low <= truth <= i.high for i in intervals])
    assert 0.92 <= covered <= 0.985


def test_intervals_of_paired_differences_cover_the_truth():
    rng = np.random.default_rng(2)
    draws = resample_groups(np.arange(60))
    covered = 0
    for _ in range(300):
        u = rng.random(60)
        interval = draws.loss(u < 0.85, (u < 0.65) | (u > 0.95)).interval()  # 20 % lost, 5 % gained
        covered += interval.low <= 0.15 <= interval.high
    assert 0.91 <= covered / 300 <= 0.99


def test_a_few_cases_without_any_difference_prove_nothing():
    right = np.ones(20, dtype=bool)
    interval = resample_groups(np.arange(20)).loss(right, right).interval()
    assert interval.value == 0.0 and interval.high > 0.05 and interval.low < -0.05


def test_a_plain_number_does_not_vary():
    draws = resample_groups(np.arange(50))
    right = np.arange(50) < 30
    assert draws.accuracy(0.9).standard_error == 0.0
    loss = draws.loss(0.9, right)
    assert loss.value == pytest.approx(0.3)
    np.testing.assert_allclose(loss.samples, draws.accuracy(0.9).value - draws.accuracy(right).samples)


def test_p_agrees_with_the_interval():
    rng = np.random.default_rng(0)
    for n in (12, 60, 400):
        estimate = resample_groups(np.arange(n)).accuracy(rng.random(n) < 0.6)
        low = estimate.interval().low
        assert estimate.p_at_most(low - 0.02) < 0.025 < estimate.p_at_most(low + 0.02)
        assert estimate.p_at_most(1.0) > 0.99


@pytest.mark.parametrize("patients", [4, 6, 9])
def test_a_large_loss_of_every_patient_is_sure_over_few_patients_too(patients):
    """The share of 2,000 resamples alone could never pass Holm's correction for four stages."""
    groups = np.repeat(np.arange(patients), 30)
    seen = np.ones(len(groups), dtype=bool)
    said = np.tile(np.arange(30) < 12, patients)
    loss = resample_groups(groups).loss(seen, said)
    assert loss.interval().low > 0.05 and 4 * loss.p_at_most(0.05) < 0.05
    assert loss.p_at_most(0.6) > 0.3


def test_skill_moves_the_interval_with_the_value():
    estimate = resample_groups(np.arange(100)).accuracy(np.arange(100) < 75)
    skill, accuracy = estimate.skill(0.5).interval(), estimate.interval()
    for name in ("value", "low", "high"):
        assert getattr(skill, name) == pytest.approx(2 * getattr(accuracy, name) - 1)
    with pytest.raises(InputError, match="two classes or more"):
        estimate.skill(1.0)


def test_few_groups_reach_further():
    assert critical(3) > critical(11) > critical(1000) == pytest.approx(1.96, abs=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: resample_groups(np.zeros(12)), "at least two groups .* all 12 cases are of one"),
        (lambda: resample_groups(np.arange(5)).accuracy(np.ones(4, dtype=bool)), "5 cases were resampled, but 4"),
        (lambda: resample_groups(np.arange(5)).accuracy(93.0), "between 0 and 1, not 93"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_two_cases_in_all():
    interval = resample_groups(np.arange(2)).accuracy(np.array([True, False])).interval()
    assert interval.low == 0.0 and interval.high == 1.0


def test_a_perfect_reading_of_few_cases_is_not_certain_by_any_score():
    labels = np.arange(20) % 2
    draws = resample_groups(np.arange(20))
    scores = np.eye(2)[labels]
    for summed in (
        summed_balanced_accuracy(labels, labels, draws.groups, 2),
        summed_macro_f1(labels, labels, draws.groups, 2),
        summed_macro_auroc(labels, scores, draws.groups),
    ):
        found = draws.summed(summed).interval()
        assert found.value == found.high == 1.0 and 0.6 < found.low < 0.97
