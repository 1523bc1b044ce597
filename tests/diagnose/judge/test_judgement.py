"""A specialist that reads less than the encoder's end is no ceiling: what is lost behind the encoder is lost."""

import numpy as np
import pytest

from angiogram.diagnose.judge.judgement import judge
from angiogram.diagnose.judge.modes import Measured
from angiogram.statistics.bootstrap import resample_groups
from tests.diagnose.made import ladder, said

CASES = 400


def judged(specialist, *shares, cases=CASES):
    """Of a model whose stages V to G have such shares right; the specialist is a share of cases, a number or none."""
    order = np.random.default_rng(0).permutation(cases)
    right = {
        key: np.isin(np.arange(cases), order[: round(share * cases)])
        for key, share in zip("VCUSG", shares, strict=True)
    }
    if specialist is not None:
        right = {"R": specialist} | right
    measured = Measured(right, resample_groups(np.arange(cases)), null_band=0.3)
    lost = {name: max(shares[1:3]) - shares[end] for name, end in (("likelihood", 3), ("words", 4))}
    return judge(measured, ladder(**lost), said(calibrated=shares[3], words=shares[4])).located


def by_cases(share, cases=CASES):
    return np.random.default_rng(1).permutation(cases) < share * cases


@pytest.mark.parametrize("specialist", [None, 0.9, 0.6, 0.35, by_cases(0.6), by_cases(0.9)])
def test_what_the_connector_loses_is_lost_whatever_the_specialist_reads(specialist):
    assert judged(specialist, 0.9, 0.65, 0.65, 0.65, 0.65).fault == ("connector",)


@pytest.mark.parametrize("specialist", [None, 0.7, by_cases(0.7)])
def test_a_spread_loss_is_counted_from_the_encoder_where_that_reads_more(specialist):
    alone = judged(None, 0.92, 0.84, 0.84, 0.76, 0.76)
    assert alone.spread and alone.of == pytest.approx(0.92)
    assert judged(specialist, 0.92, 0.84, 0.84, 0.76, 0.76) == alone


def test_a_loss_that_the_answer_regains_is_none():
    assert judged(0.6, 0.9, 0.65, 0.9, 0.9, 0.9).fault == ()
