import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import made_cases

from angiogram.data.intake import examine, pixel_hash
from angiogram.errors import InputError


@given(st.sets(st.integers(0, 19), max_size=17))
def test_every_case_is_kept_or_set_aside(unreadable: set[int]) -> None:
    labels = ["a"] * 20
    kept, quarantined, hashes, contents, shapes, thumbnails, made = examine(
        made_cases(labels, unreadable=tuple(unreadable))
    )
    assert {row.id for row in kept.rows} | {q.case.id for q in quarantined} == {f"c{i}" for i in range(20)}
    assert {q.case.id for q in quarantined} == {f"c{i}" for i in unreadable}
    assert len(kept) == len(hashes) == len(set(hashes)) == 20 - len(unreadable)
    assert contents == hashes  # 8 bits are all there is
    assert shapes == ((4, 4),) * len(kept) and made == (("made",),) * len(kept)
    assert [picture[0, 0] for picture in thumbnails] == [int(row.id[1:]) for row in kept.rows]
    assert all(q.reason.endswith("cannot be read: truncated.") for q in quarantined)


def test_the_hash_is_of_shape_and_pixels() -> None:
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert pixel_hash(pixels) == hashlib.sha256(b"(2, 3)" + bytes(range(6))).hexdigest()
    assert pixel_hash(np.asfortranarray(pixels)) == pixel_hash(pixels)


def test_progress_ends_with_the_count() -> None:
    lines: list[str] = []
    examine(made_cases("ab" * 5, unreadable=(3,)), lines.append)
    assert lines == ["images: 10 of 10 looked at, 1 set aside"]


def test_a_class_that_becomes_empty_stops_the_work() -> None:
    with pytest.raises(InputError, match=r"No image of the class 'b' can be read; the first: 'c1\.png'"):
        examine(made_cases("abab", unreadable=(1, 3)))


def test_nothing_readable_stops_the_work() -> None:
    with pytest.raises(InputError, match=r"None of the 2 images of 'made' can be read; the first: 'c0\.png'"):
        examine(made_cases("ab", unreadable=(0, 1)))


def test_a_split_that_loses_a_side_stops_the_work() -> None:
    cases = made_cases("abab", splits=["train", "train", "test", "test"], unreadable=(2, 3))
    with pytest.raises(InputError, match=r"One side of the split of 'made' has no readable image"):
        examine(cases)


def test_only_reading_errors_are_set_aside() -> None:
    cases = made_cases("ab")
    broken = type(cases)(cases.name, cases.rows, cases.classes, lambda case: 1 / 0, cases.question)
    with pytest.raises(ZeroDivisionError):
        examine(broken)


def test_a_part_of_the_examined_keeps_its_rows_together() -> None:
    whole = examine(made_cases("abab"))
    part = whole.select([3, 0])
    assert [row.id for row in part.cases.rows] == ["c3", "c0"]
    assert part.hashes == (whole.hashes[3], whole.hashes[0]) and part.thumbnails[:, 0, 0].tolist() == [3, 0]
