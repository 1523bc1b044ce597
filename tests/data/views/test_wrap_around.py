"""Uses of a type become uses of images."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.views.counted import LARGE, entries, table

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.image_types import types_of
from angiogram.data.views.pool import entries_of_images, read_pool
from angiogram.data.views.wrap_around import tasks_of_images


@settings(max_examples=25, deadline=None)
@given(LARGE, st.randoms(use_true_random=False), st.integers(0, 3))
def test_uses_are_spread_over_images_that_have_the_task_evenly(rows, random, seed):
    counted = entries_of_images(read_pool(table(entries(rows))).rows)
    types = types_of(counted, seed)
    assert types.count.sum() == len(rows)
    most = np.where(types.entries > 0, types.count[:, None], 0)
    uses = np.array([[random.randint(0, each) for each in row] for row in most])
    served = tasks_of_images(types, uses)
    assert served.unique().height == served.height == uses.sum()  # no task twice from one image
    has = counted.unpivot(ON_IMAGES, index="picture", variable_name="task").filter(pl.col("value") > 0)
    assert served.cast({"task": pl.String}).join(has, on=["picture", "task"], how="anti").is_empty()
    each = types.images.join(served.group_by("picture").len("served"), on="picture", how="left")
    for kind, of_type in each.with_columns(pl.col("served").fill_null(0)).group_by("type"):
        load, count = int(uses[kind[0]].sum()), int(types.count[kind[0]])
        assert of_type["served"].sum() == load
        assert {load // count, -(-load // count)} >= set(of_type["served"])


def test_images_of_one_type_have_the_same_entries_and_a_seeded_place():
    rows = [[1, 2], [0, 1], [1, 2], [1, 2]]
    counted = entries_of_images(read_pool(table(entries(rows))).rows)
    types = types_of(counted, 0)
    assert types.entries[:, :2].tolist() == [[0, 1], [1, 2]] and types.count.tolist() == [1, 3]
    assert sorted(types.images.filter(pl.col("type") == 1)["place"]) == [0, 1, 2]
    assert len({tuple(types_of(counted, seed).images["place"]) for seed in range(20)}) > 3
