"""Draws that are begun before they are asked for are the draws that were asked for."""

import threading

import pytest

from angiogram.errors import InputError
from angiogram.train.draws.ahead import ahead


def test_the_next_draw_is_begun_in_another_thread():
    threads, second = {}, threading.Event()

    def draw(step):
        threads[step] = threading.current_thread().name
        if step == 2:
            second.set()
        return [step]

    drawn = ahead(draw)
    assert drawn(1) == [1] and second.wait(10)
    assert drawn(2) == [2] and drawn(7) == [7] and drawn(0) == [0]
    assert threads[1] == threading.main_thread().name != threads[2]


def test_what_a_draw_raises_is_raised_where_it_is_asked_for():
    def draw(step):
        if step == 1:
            raise InputError("the picture cannot be read")
        return [step]

    drawn = ahead(draw)
    assert drawn(0) == [0]
    with pytest.raises(InputError, match="the picture cannot be read"):
        drawn(1)
    assert drawn(2) == [2]
