"""Batches of several tasks: as many of each, no image twice where there are enough, the same for the same step."""

import numpy as np
import pytest

from angiogram.train.conflict.draw import draw

TASKS, IMAGES = 3, 20
ROWS = [np.arange(task * IMAGES, (task + 1) * IMAGES) for task in range(TASKS)]
NAMES = [str(image) for _ in range(TASKS) for image in range(IMAGES)]  # every task asks about every image


def test_as_many_of_each_task_and_no_image_twice():
    for step in range(50):
        batch = draw(ROWS, NAMES, 4, 0, step)
        assert [row // IMAGES for row in batch] == [0] * 4 + [1] * 4 + [2] * 4
        assert len({NAMES[row] for row in batch}) == 12


def test_a_batch_is_a_function_of_seed_and_step():
    assert draw(ROWS, NAMES, 4, 0, 7) == draw(ROWS, NAMES, 4, 0, 7)
    assert draw(ROWS, NAMES, 4, 0, 7) != draw(ROWS, NAMES, 4, 0, 8)
    assert draw(ROWS, NAMES, 4, 0, 7) != draw(ROWS, NAMES, 4, 1, 7)


def test_every_entry_is_drawn_equally_often():
    drawn = np.bincount([row for step in range(2000) for row in draw(ROWS, NAMES, 4, 0, step)], minlength=60)
    assert drawn.mean() == 400 and np.abs(drawn - 400).max() < 5 * np.sqrt(400 * 0.8)


def test_where_images_run_out_they_are_shared_but_no_entry_comes_twice():
    for step in range(20):
        batch = draw(ROWS, NAMES, 8, 0, step)  # 24 of 20 images
        assert len(set(batch)) == 24 and len({NAMES[row] for row in batch}) == 20


@pytest.mark.parametrize("samples", [2, 3])
def test_one_image_for_all(samples):
    batch = draw(ROWS, ["a"] * 60, samples, 0, 0)
    assert len(set(batch)) == 3 * samples
