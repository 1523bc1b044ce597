from report_sample import ORGANS, sample_diagnosis

from angiogram.diagnose.read.measured import Confusion
from angiogram.report.charts.confusion import confused_pairs, describe, heat_map

SMALL = Confusion("G", "answers", ((8, 1, 1), (0, 5, 0)))


def test_one_cell_for_each_count_that_is_not_zero():
    for confusion in sample_diagnosis().confusions:
        filled = sum(count > 0 for row in confusion.counts for count in row)
        assert heat_map(confusion, ORGANS, "k").count('class="mark cell"') == filled


def test_unparsed_is_the_column_after_the_classes():
    assert confused_pairs(SMALL, ("a", "b")) == [("a", "b", 1, 10), ("a", "unparsed", 1, 10)]
    assert "unparsed" in heat_map(SMALL, ("a", "b"), "k")


def test_in_words():
    assert (
        describe(SMALL, ("a", "b"))
        == "13 of 15 cases right. Most frequent mistakes: a as b, 1 of 10; a as unparsed, 1 of 10."
    )


def test_more_columns_than_names_do_no_harm():
    assert heat_map(Confusion("G", "x", ((1, 2, 3, 4),)), ("a",), "k")
