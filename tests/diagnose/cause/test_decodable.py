"""What a probe reads behind a block is called used or not by tests of that block's output."""

from dataclasses import replace

import pytest

from angiogram.diagnose.cause.decodable import decodable_blocks, decodable_findings, used_behind
from tests.diagnose.cause.made_up import places, sliding, window
from tests.report.report_sample import sample_diagnosis

EVERY, NULL = set(range(10)), 0.12
NOTHING = [*sliding("last"), *sliding("later"), window(range(10), "last", 0.0), window(range(10), "later", 0.01)]
CUT_AT_4 = [*sliding("later", b3=0.2, b4=0.3), window(range(10), "last", 0.0), window(range(10), "later", 0.4)]


def said(cuts=(), exchanges=(), decodable=EVERY) -> str:
    return " ".join(decodable_findings(decodable, NULL, 10, cuts, exchanges))


def test_the_blocks_that_a_probe_reads_lie_wholly_above_the_null_band():
    curve = sample_diagnosis().curve
    found = decodable_blocks(curve, 0.118)
    assert found == set(range(30)) and decodable_blocks(curve, 0.72) < found
    assert decodable_blocks([replace(p, stream="last") for p in curve], 0.118) == set()


def test_an_exchange_decides_before_the_cuts_do():
    text = said(CUT_AT_4, places(0.9, *[0.9] * 6, *[0.0] * 4))  # followed behind blocks 0 to 5
    assert "Decodable and used: behind blocks 0 to 5 a probe reads the class" in text
    assert "Decodable but not seen to be used: behind blocks 6 to 8 a probe reads the class" in text
    assert "not seen to follow an image that is exchanged there" in text and "ignored" not in text
    assert "each time seen to be above the 12 % that the best place reaches by chance" in text


def test_without_an_exchange_the_cuts_speak_of_the_blocks_before_them():
    text = said(CUT_AT_4)
    assert "Decodable and used: behind blocks 0 to 3" in text
    assert "not seen to be used: behind blocks 4 to 8" in text and "no cut that begins behind them" in text
    assert used_behind(10, CUT_AT_4, places(0.9)) == used_behind(10, CUT_AT_4, ())  # the connector alone


def test_between_two_places_nothing_is_known():
    every_third = [replace(p, block=None if p.block is None else 3 * p.block + 2) for p in places(0.9, 0.9, 0.0, 0.0)]
    assert used_behind(10, NOTHING, every_third) == ({0, 1, 2}, {5, 6, 7, 8})
    assert used_behind(10, NOTHING, places(0.9, *[0.0] * 10)) == (set(), set(range(9)))


def test_only_an_image_that_nothing_follows_is_ignored():
    for exchanges in ((), places(0.05, *[0.0] * 10)):
        text = said(NOTHING, exchanges)
        assert "Decodable but ignored, as far as these cases show: behind blocks 0 to 8 a probe" in text
        assert "a change in more than 6 % of the answers is not compatible" in text
    assert "ignored" not in said(NOTHING, places(0.9, *[0.0] * 10))
    assert "ignored" not in said([*sliding("last", b4=0.3), *NOTHING])


def test_behind_the_last_block_nothing_can_be_used():
    assert said(NOTHING, decodable={9}) == said(NOTHING, decodable=set()) == ""
    text = said(CUT_AT_4, places(0.9, *[0.9] * 9, 0.0))
    assert text.startswith("Decodable and used: wherever a probe reads") and "not seen" not in text


@pytest.mark.parametrize("exchanges", [(), places(0.9, *[0.9] * 6, *[0.0] * 4)])
def test_no_bound_is_given_where_all_answers_shift(exchanges):
    shifted = [*NOTHING[:-1], window(range(10), "later", 0.9, used=False)]
    assert "not compatible" not in said(shifted, exchanges)
