"""The sentences claim what the intervals show, and no more."""

from dataclasses import replace

import pytest

from angiogram.diagnose.causes.result import Interchange, Window
from angiogram.diagnose.causes.words import decodable_blocks, interchange_findings, knock_out_findings
from angiogram.diagnose.terms import Interval
from tests.report.report_sample import around, sample_diagnosis

RIGHT, CHANCE, NULL = Interval(0.7, 0.6, 0.8), 0.25, 0.12


def window(first, last, rows, drop, half=0.05) -> Window:
    shown = Interval(drop, drop - half, drop + half)
    return Window(first, last, rows, around(0.7 - drop), shown, 0.3 * drop + 0.01, shown.low > 0)


def sliding(rows, **drops) -> list[Window]:
    """Windows of two of ten blocks; `b4=0.2` is the drop of that which begins with block 4."""
    return [window(b, b + 1, rows, drops.get(f"b{b}", 0.0)) for b in range(9)]


def said(windows, last=0.3, later=0.4, decodable=None, accuracy=RIGHT) -> str:
    whole = [window(0, 9, "last", last), window(0, 9, "later", later)]
    read = dict.fromkeys(range(10), 0.8) if decodable is None else decodable
    return " ".join(knock_out_findings(accuracy, CHANCE, windows, whole, read, NULL))


def test_where_it_is_used_and_where_it_is_ignored():
    text = said([*sliding("later", b3=0.2, b4=0.3), *sliding("last", b4=0.25)])
    assert "falls from 70 % to 30 %: 40 points are lost (95 % interval 35 to 45). The answer uses the image." in text
    assert "It is read in blocks 3 to 5: cut off from every later token in blocks 4 to 5 alone, 30 points" in text
    assert "The last token itself reads it in blocks 4 to 5." in text
    assert "Decodable but not seen to be used: in blocks 0 to 2 and 6 to 9 a probe reads the class" in text
    assert "ignored" not in text


def test_an_answer_that_misses_nothing_ignores_what_is_decodable():
    text = said([*sliding("later"), *sliding("last")], last=0.0, later=0.01)
    assert "is not seen to get worse: 1 point is lost (95 % interval from a gain of 4 to a loss of 6)" in text
    assert "Decodable but ignored, as far as these cases show: in blocks 0 to 9" in text
    assert "a loss above 6 points is not compatible" in text
    assert "uses the image" not in text and "It is read" not in text


def test_an_interval_that_includes_zero_is_not_seen_to_be_used():
    text = said([*sliding("later", b3=0.04), *sliding("last", b3=0.04)])
    assert "No single window of blocks is seen to be needed" in text
    assert "The last token itself reads it, too" in text and "in blocks 0 to 9" in text


def test_a_last_token_that_reads_by_way_of_the_question():
    text = said([*sliding("later", b3=0.2), *sliding("last")], last=0.02)
    assert "The last token is not seen to read it itself (2 points are lost" in text
    assert "by way of the tokens between image and answer" in text


def test_without_anything_decodable_nothing_is_called_ignored():
    text = said([*sliding("later"), *sliding("last")], later=0.0, decodable={})
    assert "ecodable" not in text


def test_an_answer_no_better_than_guessing_has_little_to_lose():
    text = said([*sliding("later"), *sliding("last")], last=0.0, later=0.0, accuracy=Interval(0.27, 0.2, 0.34))
    assert text.startswith("The untouched answer by likelihood is right in 27 % of these cases and not seen to be ")
    assert "can hardly cost it anything" in text


def test_the_blocks_that_a_probe_reads_lie_wholly_above_the_null_band():
    curve = sample_diagnosis().curve
    found = decodable_blocks(curve, 0.118)
    assert sorted(found) == list(range(30)) and found[11] == pytest.approx(0.742)
    assert decodable_blocks(curve, 0.72).keys() < found.keys()
    assert decodable_blocks([replace(p, stream="last") for p in curve], 0.118) == {}


def places(*followed) -> list[Interchange]:
    return [
        Interchange("connector.out" if i == 0 else f"llm.block.{i - 1}", None if i == 0 else i - 1, each, each)
        for i, each in enumerate(Interval(v, max(0.0, v - 0.1), v + 0.1) for v in followed)
    ]


def test_the_exchange_says_from_where_on_the_answer_stays():
    (text,) = interchange_findings(places(0.9, 0.9, 0.8, 0.3, 0.0))
    assert "the answer becomes the other case's in 90 % of the cases (95 % interval 80 to 100 %)" in text
    assert "exchanged behind block 2 it does so in 30 % (95 % interval 20 to 40 %)" in text


def test_an_answer_that_never_follows_is_said_to_have_read_nothing():
    (text,) = interchange_findings(places(0.05, 0.04, 0.0))
    assert "in 5 % of the cases" in text and "has been read" not in text
    assert interchange_findings([]) == ()
