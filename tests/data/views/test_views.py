"""Both views have the same number of entries of every task, and nothing that they must not have."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.annotations.entries import entry
from tests.data.views.counted import LARGE, SMALL, entries, fewest_of_all, table

from angiogram.data.annotations.entry import Entry
from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.build import Views, build_views
from angiogram.data.views.dense import dense_images
from angiogram.data.views.pool import entries_of_images, read_pool
from angiogram.data.views.view import Asked
from angiogram.errors import InputError


def built(rows: list[Entry], **asked) -> Views:
    return build_views(table(rows), "t.parquet", Asked(**asked), "none")


def of_tasks(rows: list[Entry]) -> Counter[str]:
    return Counter(row.task for row in rows)


def of_images(rows: list[Entry]) -> dict[str | None, set[str]]:
    return {image: {row.task for row in rows if row.image == image} for image in {row.image for row in rows}}


@settings(max_examples=40, deadline=None)
@given(LARGE, st.integers(0, 2**32 - 1), st.data())
def test_both_views_have_exactly_the_same_number_of_entries_of_each_task(counts, seed, data):
    rows = entries(counts)
    tasks = data.draw(st.integers(1, max(sum(map(bool, row)) for row in counts)))
    dense = sum(sum(map(bool, row)) >= tasks for row in counts)
    images = data.draw(st.integers(1, dense))
    views = built(rows, images=images, tasks=tasks, seed=seed)
    centric, scattered = ([rows[i] for i in part] for part in (views.image_centric, views.scattered))
    assert of_tasks(centric) == of_tasks(scattered)
    assert len(set(views.scattered)) == len(scattered)
    # All entries of so many images, each with enough tasks.
    chosen = of_images(centric)
    assert len(chosen) == images and min(map(len, chosen.values())) >= tasks
    assert len(centric) == sum(row.image in chosen for row in rows)
    served = [len(tasks) for tasks in of_images(scattered).values()]
    matched = views.view.matched
    assert (matched.most_tasks, matched.extra_uses) == (max(served), sum(served) - len(served))
    # What the image-centric view itself needs is always enough.
    own = [len(tasks) for tasks in chosen.values()]
    assert matched.most_tasks <= max(own)
    assert matched.most_tasks_at_least == matched.most_tasks and matched.extra_uses_at_least == matched.extra_uses


@settings(max_examples=25, deadline=None)
@given(SMALL, st.integers(0, 3), st.data())
def test_no_draw_of_that_size_needs_fewer_tasks_of_an_image(counts, seed, data):
    rows = entries(counts)
    images = data.draw(st.integers(1, sum(any(row) for row in counts)))
    views = built(rows, images=images, tasks=1, seed=seed)
    needed = [of_tasks([rows[i] for i in views.image_centric])[task] for task in ON_IMAGES[:3]]
    matched = views.view.matched
    assert (matched.most_tasks, matched.extra_uses) == fewest_of_all(np.array(counts), np.array(needed))


@settings(max_examples=25, deadline=None)
@given(SMALL, st.integers(0, 3))
def test_without_a_number_it_is_the_largest_whose_entries_need_one_task_of_an_image(counts, seed):
    rows = entries(counts)
    dense = dense_images(entries_of_images(read_pool(table(rows)).rows), 1, seed)
    one_task = [
        number
        for number in range(1, len(dense) + 1)
        if fewest_of_all(np.array(counts), dense.needed[number][:3])[0] == 1
    ]
    if not one_task:
        with pytest.raises(InputError, match="Even for one image"):
            built(rows, tasks=1, seed=seed)
    else:
        matched = built(rows, tasks=1, seed=seed).view.matched
        assert (matched.images, matched.most_tasks, matched.images_found) == (max(one_task), 1, True)


MANY = entries([[1, 1, i % 2, 0, 0, 0, i % 3] for i in range(60)])


def test_a_seed_gives_the_same_views_again_and_another_gives_others():
    def drawn(seed: int) -> tuple[list[int], list[int]]:
        views = built(MANY, images=10, seed=seed)
        return views.image_centric.to_list(), views.scattered.to_list()

    assert drawn(1) == drawn(1)
    first, second = drawn(1), drawn(2)
    assert first[0] != second[0] and first[1] != second[1]


def test_the_first_images_of_a_larger_choice_are_the_smaller_one():
    few, many = (set(built(MANY, images=images).image_centric) for images in (5, 20))
    assert few < many


def test_only_sound_entries_on_images_of_the_split_take_part_and_the_rest_is_counted():
    train = entries([[1, 1]] * 6, split="train")
    other = [replace(row, id=f"v{row.id}", image=f"v{row.image}", split="validation") for row in train[:4]]
    unsorted = [replace(row, id=f"n{row.id}", split=None) for row in train[:2]]
    broken = [replace(train[0], id="broken", target="")]
    text = [entry(7, "text_qa", split="train")]
    rows = [*broken, *other, *text, *train, *unsorted]
    views = built(rows, images=2, tasks=2)
    for part in (views.image_centric, views.scattered):
        assert {rows[i].split for i in part} == {"train"} and {rows[i].task for i in part} <= set(ON_IMAGES)
    found = views.view.given
    assert (found.rows, found.set_aside, found.without_image, found.other_splits) == (len(rows), 1, 1, 6)
    assert found.rows == found.set_aside + found.without_image + found.other_splits + len(train)
    assert (found.reasons[0].row, found.reasons[0].id, found.reasons[0].reason) == (1, "broken", "the target is empty")
    assert {rows[i].split for i in built(rows, images=1, tasks=2, split="validation").scattered} == {"validation"}


def test_a_table_without_splits_takes_part_as_a_whole():
    views = built(entries([[1, 1]] * 6))
    assert views.view.given.split is None and views.view.given.other_splits == 0
    assert views.view.matched.images == 3


def test_of_a_conversation_the_earlier_turns_are_drawn():
    rows = [
        replace(row, conversation=f"c{row.image}", turn=9 - int(row.id[-1]))
        for row in entries([[5, 0]] * 4 + [[6, 1]] * 2)
    ]
    views = built(rows, images=1, tasks=2)  # six entries of the first task
    turns: dict[str | None, list[int]] = {}
    for i in views.scattered:
        if rows[i].task == ON_IMAGES[0]:
            turns.setdefault(rows[i].image, []).append(rows[i].turn or 0)
    assert sum(map(len, turns.values())) == 6
    for image, drawn in turns.items():
        every = sorted(row.turn or 0 for row in rows if row.image == image and row.task == ON_IMAGES[0])
        assert sorted(drawn) == every[: len(drawn)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"tasks": 5}, "No choice of images has at least 5 tasks each: use --tasks 1 to 4."),
        ({"tasks": 0}, "use --tasks 1 to 4"),
        ({"tasks": 4, "images": 21}, "20 images have at least 4 tasks each, so --images is from 1 to 20, not 21;"),
        ({"images": 0}, "so --images is from 1 to 60, not 0"),
        ({"seed": -1}, "A seed must be a whole number"),
    ],
)
def test_what_cannot_be_is_one_sentence(asked, said):
    with pytest.raises(InputError) as error:
        built(MANY, **asked)
    assert said in str(error.value)


def test_a_table_without_entries_to_draw_from_is_one_sentence():
    with pytest.raises(
        InputError, match="no sound entry on an image; 1 of its 1 rows are set aside, the first since the"
    ):
        built([entry(prompt="")])
    with pytest.raises(InputError, match="no sound entry on an image; 0 of its 0 rows are set aside"):
        built([])
    with pytest.raises(InputError, match="no entry on an image in the split 'train'; its splits are test, validation"):
        built([entry(1, split="test"), entry(2, split="validation"), entry(3)])
