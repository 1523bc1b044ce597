import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from angiogram.data.audit.hamming import close_pairs


@given(arrays(np.uint64, st.tuples(st.integers(0, 150), st.integers(1, 3))), st.integers(0, 100), st.integers(0, 3))
def test_the_scan_finds_exactly_the_pairs_of_the_definition(hashes, radius, few):
    hashes = hashes >> np.uint64(60) if few else hashes  # also many close ones
    found = [(int(a), int(b)) for i, j in close_pairs(hashes, radius) for a, b in zip(i, j, strict=True)]
    differing = np.bitwise_count(hashes[:, None] ^ hashes[None]).astype(int).sum(-1)
    expected = [(a, b) for a in range(len(hashes)) for b in range(a + 1, len(hashes)) if differing[a, b] <= radius]
    assert found == expected


def test_hashes_too_long_for_a_byte_are_refused():
    with pytest.raises(ValueError, match="A hash of 4 words; at most 3"):
        list(close_pairs(np.zeros((2, 4), np.uint64), 1))
