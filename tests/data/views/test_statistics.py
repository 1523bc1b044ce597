"""Counts of a table, against counting by hand and row by row."""

from collections import Counter
from dataclasses import replace
from statistics import mean, median

from hypothesis import given, settings
from tests.data.annotations.entries import entry
from tests.data.views.counted import LARGE, entries, table

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.pool import read_pool
from angiogram.data.views.statistics import Bar, SourceCount, SplitCount, statistics


def test_a_small_table_counted_by_hand():
    rows = entries([[2, 1], [1, 0], [0, 3]], source="a", split="train")
    rows += [replace(entry(9, ON_IMAGES[0]), image="2.png", source="b", group=None)]
    found = statistics(read_pool(table(rows)).every)
    assert (found.entries, found.images, found.groups) == (8, 3, 3)  # two patients, and an image that names none
    assert (found.entries_per_image.median, found.entries_per_image.histogram) == (3, (Bar(1, 1), Bar(3, 1), Bar(4, 1)))
    assert (found.tasks_per_image.mean, found.tasks_per_image.histogram) == (5 / 3, (Bar(1, 1), Bar(2, 2)))
    assert [(each.entries, each.images) for each in found.tasks[:3]] == [(4, 3), (4, 2), (0, 0)]
    assert [row[:2] for row in found.together[:2]] == [(3, 2), (2, 2)]
    assert found.sources == (
        SourceCount("a", 7, 3, (3, 4, 0, 0, 0, 0, 0)),
        SourceCount("b", 1, 1, (1, 0, 0, 0, 0, 0, 0)),
    )
    assert found.splits == (SplitCount("train", 7, 3, 2), SplitCount(None, 1, 1, 1))


@settings(max_examples=25, deadline=None)
@given(LARGE)
def test_counts_are_those_of_single_rows(counts):
    rows = entries(counts)
    found = statistics(read_pool(table(rows)).every)
    per_image = Counter(row.image for row in rows)
    tasks = [{t for t, each in enumerate(row) if each} for row in counts]
    assert found.entries_per_image.mean == mean(per_image.values())
    assert found.entries_per_image.median == median(per_image.values())
    assert {bar.value: bar.images for bar in found.tasks_per_image.histogram} == Counter(map(len, tasks))
    for i in range(len(ON_IMAGES)):
        assert found.tasks[i].entries == sum(row[i] for row in counts)
        assert found.together[i] == tuple(sum({i, j} <= each for each in tasks) for j in range(len(ON_IMAGES)))
    assert sum(each.entries for each in found.sources) == sum(each.entries for each in found.splits) == len(rows)


def test_nothing_is_nothing():
    found = statistics(read_pool(table([])).every)
    assert (found.entries, found.images, found.entries_per_image.histogram, found.sources) == (0, 0, (), ())
    assert found.entries_per_image.mean != found.entries_per_image.mean  # NaN
