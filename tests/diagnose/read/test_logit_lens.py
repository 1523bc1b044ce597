import numpy as np
import pytest

from angiogram.answer.calibrate import calibrated
from angiogram.answer.lens import UNREAD
from angiogram.diagnose.read.logit_lens import forming, forms_at, lens_names, lens_points
from angiogram.statistics.bootstrap import resample_groups
from angiogram.statistics.interval import Interval
from angiogram.tap.taps import Tap

N, BLOCKS, K = 200, 6, 4
TRUTH = np.arange(N) % K
FOLDS = [(np.arange(100), np.arange(100, N)), (np.arange(100, N), np.arange(100))]
DRAWS = resample_groups(np.arange(N), count=500)


def named(*shares: float) -> np.ndarray:
    """Classes `[blocks, n]` of which these shares are right, the same cases first."""
    return np.stack([np.where(np.arange(N) < share * N, TRUTH, (TRUTH + 1) % K) for share in shares])


def test_each_block_is_calibrated_as_the_answer_is():
    rng = np.random.default_rng(0)
    read = rng.normal(size=(N, BLOCKS, K))
    found = lens_names(read, FOLDS, np.arange(N))
    for block in range(BLOCKS):
        assert (found[block] == calibrated(read[:, block], FOLDS).argmax(axis=1)).all()
    shifted = read + rng.normal(size=(BLOCKS, K)) * 9  # what a block's head would say of every image
    assert (lens_names(shifted, FOLDS, np.arange(N)) == found).all()


def test_what_could_not_be_read_of_one_case_is_read_of_none():
    read = np.zeros((N, BLOCKS, K))
    read[7] = UNREAD
    assert lens_names(read, FOLDS, np.arange(N)) is None


def test_points_stand_at_the_last_tokens_taps():
    taps = [Tap(f"llm.block.{b}@last", "llm", "prompt", "last", 9 + b, "", "output") for b in range(BLOCKS)]
    answered = named(0.8)[0]
    points = lens_points(taps, named(0.1, 0.2, 0.4, 0.8, 0.8, 0.8), answered, TRUTH, DRAWS)
    assert [point.depth for point in points] == [9, 10, 11, 12, 13, 14]
    assert [round(point.accuracy.value, 2) for point in points] == [0.1, 0.2, 0.4, 0.8, 0.8, 0.8]
    assert points[-1].agreement.value == 1 and points[0].agreement.value == pytest.approx(0.3)


def test_it_forms_where_it_comes_up_to_the_answer_and_stays():
    text = forming(named(0.3, 0.8, 0.4, 0.79, 0.8, 0.8), named(0.8)[0], TRUTH, 0.25, DRAWS)
    assert text.startswith("The answer forms at LLM block 3 of 0 to 5, as far as these cases show. From there on ")
    assert "as well as the answer does (80 %). One block before it is right 40 points (95 % interval, for all" in text


def test_it_may_have_formed_at_once_or_behind_no_block():
    at_once = forming(named(0.8, 0.82, 0.8), named(0.8)[0], TRUTH, 0.25, DRAWS)
    assert at_once.startswith("The answer has formed behind the first LLM block, block 0, ")
    never = forming(named(0.8, 0.8, 0.5), named(0.8)[0], TRUTH, 0.25, DRAWS)
    assert never.startswith("The answer forms behind no block: even at the last one") and "right 30 points" in never


def test_of_an_answer_that_is_no_better_than_guessing_no_block_is_named():
    text = forming(named(0.2, 0.8, 0.3), named(0.28)[0], TRUTH, 0.25, DRAWS)
    assert "No block can be named" in text and "(28 %)" in text and "(25 %)" in text


def test_a_block_that_few_cases_tell_neither_from_the_answer_nor_from_guessing_is_not_named():
    few = slice(0, 20)
    answered = np.where(np.arange(20) % 5 < 3, TRUTH[few], (TRUTH[few] + 1) % K)
    read = np.stack([np.where(np.arange(20) % 5 < share, TRUTH[few], (TRUTH[few] + 1) % K) for share in (1, 2, 3)])
    text = forming(read, answered, TRUTH[few], 0.25, resample_groups(np.arange(20), count=500))
    assert text.startswith("These cases do not show at which block the answer forms. At LLM block "), text
    assert "nor more often than always naming the most frequent class (25 %)" in text


def test_one_block_alone_and_a_last_one_behind():
    below, level = Interval(0.2, 0.1, 0.3), Interval(0.0, -0.1, 0.1)
    assert forms_at([level]) == 0 and forms_at([below]) is None
    assert forms_at([level, below]) is None and forms_at([below, level, level]) == 1
