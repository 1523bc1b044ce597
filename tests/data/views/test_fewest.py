"""The programme is right for whole images: tried against all ways to use them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.views.counted import LARGE, SMALL, fewest_of_all

from angiogram.data.views import fewest
from angiogram.data.views.fewest import Fewest, extra_uses, fewest_uses, surplus


def types(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.unique(np.array(rows), axis=0, return_counts=True)


def some(data: st.DataObject, rows: list[list[int]]) -> np.ndarray:
    """The entries of some of the images, at least one."""
    chosen = data.draw(st.lists(st.sampled_from(range(len(rows))), min_size=1, unique=True))
    needed = np.array(rows)[chosen].sum(0)
    return needed if needed.any() else np.array(rows).sum(0)


def sound(found: Fewest, entries: np.ndarray, count: np.ndarray, needed: np.ndarray) -> bool:
    uses = found.uses
    return bool(
        ((uses * entries).sum(0) >= needed).all()
        and (uses >= 0).all()
        and (uses <= np.where(entries > 0, count[:, None], 0)).all()
        and (uses.sum(1) <= found.most * count).all()
        and extra_uses(uses, count) == found.extra
    )


@settings(max_examples=60, deadline=None)
@given(SMALL, st.data())
def test_no_way_to_use_the_images_needs_fewer(rows, data):
    needed = some(data, rows)
    entries, count = types(rows)
    found = fewest_uses(entries, count, needed)
    assert sound(found, entries, count, needed)
    assert (found.most, found.extra) == fewest_of_all(np.array(rows), needed)
    assert (found.most_at_least, found.extra_at_least) == (found.most, found.extra)


@settings(max_examples=25, deadline=None)
@given(LARGE, st.data())
def test_with_most_types_left_as_fractions_had_them_the_bound_says_how_far_it_can_be(rows, data):
    needed = some(data, rows)
    entries, count = types(rows)
    best = fewest_uses(entries, count, needed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fewest, "FREE", 2)
        found = fewest_uses(entries, count, needed)
    assert sound(found, entries, count, needed) and sound(best, entries, count, needed)
    assert found.most_at_least <= best.most <= found.most
    if found.most == best.most:
        assert found.extra_at_least <= best.extra <= found.extra


def test_without_an_answer_of_the_solver_every_image_is_used(monkeypatch):
    monkeypatch.setattr(fewest, "_whole", lambda *_: (None, False))
    entries, count = types([[1, 1], [0, 1], [0, 1]])
    found = fewest_uses(entries, count, np.array([1, 2]))
    assert sound(found, entries, count, np.array([1, 2]))
    assert (found.most, found.most_at_least, found.extra, found.extra_at_least) == (2, 1, 1, 0)


def test_few_of_many_images_are_used_more_than_once():
    # 100 images with both tasks: 150 entries are 50 more than there are images.
    found = fewest_uses(np.array([[1, 1]]), np.array([100]), np.array([90, 60]))
    assert (found.most, found.extra, found.extra_at_least) == (2, 50, 50)


@settings(max_examples=25, deadline=None)
@given(LARGE, st.data())
def test_with_a_surplus_below_one_an_image_must_serve_two(rows, data):
    needed = some(data, rows)
    entries, count = types(rows)
    times, prices = surplus(entries, count, needed)
    assert times == pytest.approx((count * (entries * prices).max(1)).sum() / (needed @ prices), rel=1e-5)
    found = fewest_uses(entries, count, needed)
    assert found.most > 1 if times < 1 - 1e-6 else True
    assert times >= 1 - 1e-6 if found.most == 1 else True
