import re
from dataclasses import replace

from tests.data.views.counted import entries, table

from angiogram.data.annotations.entry import frame_of
from angiogram.data.annotations.table import Annotations
from angiogram.data.views.pool import read_pool
from angiogram.data.views.statistics import statistics
from angiogram.report.charts.task_matrix import task_matrix

FOUND = statistics(read_pool(table(entries([[2, 1, 0], [1, 0, 1], [3, 0, 0]]))).every)


def test_cells_hold_the_images_of_both_tasks():
    drawn = task_matrix(FOUND, "t", "m")
    assert re.findall(r'class="count">(\d+)<', drawn) == list("311110101")
    assert "calculation and report: 1 images (33\u00a0%)" in drawn and "calculation: 3 images" in drawn
    assert "have both" in drawn


def test_tasks_apart_are_told_as_such_and_large_counts_fit():
    apart = statistics(read_pool(table(entries([[1, 0], [0, 1]]))).every)
    assert "No image of 2 has entries of two tasks." in task_matrix(apart, "t", "m")
    large = replace(FOUND, together=tuple(tuple(count * 123_456 for count in row) for row in FOUND.together))
    assert ">370k<" in task_matrix(large, "t", "m")


def test_no_entry_draws_an_empty_matrix():
    nothing = statistics(read_pool(Annotations(frame_of([]), table([]).images)).every)
    assert "No image of 0" in task_matrix(nothing, "t", "m")
