import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import COPIES, jpeg, picture

from angiogram.data.audit.duplicates import ALIKE, find_duplicates
from angiogram.data.audit.likeness import fine_parts, likeness
from angiogram.data.audit.thumbnail import thumbnail
from angiogram.data.intake import pixel_hash


def found(pixels):
    """{(i, j)} of cases that show the same picture, exactly and nearly."""
    duplicates = find_duplicates([pixel_hash(p) for p in pixels], np.stack([thumbnail(p) for p in pixels]))
    shows = duplicates.picture
    near = {(a, b) for a, b in zip(duplicates.first.tolist(), duplicates.second.tolist(), strict=True)}
    pairs = [(i, j) for i in range(len(pixels)) for j in range(i + 1, len(pixels))]
    exact = {(i, j) for i, j in pairs if shows[i] == shows[j]}
    return exact, {(i, j) for i, j in pairs if {(shows[i], shows[j]), (shows[j], shows[i])} & near}


@pytest.mark.parametrize("copy", COPIES)
def test_a_changed_copy_is_found_and_nothing_else(copy):
    pixels = [picture(seed) for seed in range(60)]
    changed = [COPIES[copy](p) for p in pixels[:20]]
    exact, near = found(pixels + changed)
    assert exact == set()
    assert near == {(i, 60 + i) for i in range(20)}


@given(st.lists(st.integers(0, 6), min_size=1, max_size=20))
@settings(deadline=None)
def test_equal_pixels_are_exact_duplicates(seeds):
    exact, near = found([picture(seed, 40) for seed in seeds])
    pairs = [(i, j) for i in range(len(seeds)) for j in range(i + 1, len(seeds))]
    assert exact == {(i, j) for i, j in pairs if seeds[i] == seeds[j]}
    assert near == set()


def test_flat_pictures_are_duplicates_only_where_they_are_equal():
    exact, near = found([np.full((8, 8), grey, np.uint8) for grey in (10, 10, 11, 200)])
    assert exact == {(0, 1)}
    assert near == set()


def test_where_any_two_pictures_are_much_alike_only_copies_are_duplicates():
    """As photographs of the retina are: a common frame, and little in it that differs."""
    frame = picture(1000).astype(np.float32)
    seen = [(0.75 * frame + 0.25 * picture(seed)).astype(np.uint8) for seed in range(150)]
    copies = [jpeg(p, 90) for p in seen[:10]]
    thumbnails = np.stack([thumbnail(p) for p in seen + copies])
    duplicates = find_duplicates([pixel_hash(p) for p in seen + copies], thumbnails)
    fine = fine_parts(thumbnails)
    first, second = np.triu_indices(len(seen), 1)
    common = likeness(fine, first, second)
    assert (common >= ALIKE).mean() > 0.01 and duplicates.alike > 0.96
    exact, near = found(seen + copies)
    assert exact == set() and near == {(i, 150 + i) for i in range(10)}


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(ValueError, match="2 hashes for 1 thumbnails"):
        find_duplicates(["a", "b"], np.zeros((1, 32, 32), np.uint8))
