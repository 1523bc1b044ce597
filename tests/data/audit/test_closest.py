import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from angiogram.data.audit.closest import closest
from angiogram.data.audit.duplicates import Duplicates

CORRELATIONS = st.sampled_from([0.92, 0.95, 0.99])


@st.composite
def made(draw):
    cases = draw(st.integers(1, 12))
    names = draw(st.lists(st.integers(0, 5), min_size=cases, max_size=cases))
    picture = np.unique(names, return_inverse=True)[1].astype(np.int64)
    count = int(picture.max()) + 1
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    near = draw(st.dictionaries(st.sampled_from(pairs), CORRELATIONS)) if pairs else {}
    first, second = (np.array([pair[side] for pair in near], dtype=np.int64) for side in (0, 1))
    found = Duplicates(picture, first, second, np.array(list(near.values()), dtype=np.float32))
    sides = draw(st.lists(st.booleans(), min_size=cases, max_size=cases))
    labels = np.array(draw(st.lists(st.integers(0, 2), min_size=cases, max_size=cases)))
    return found, near, np.array(sides), labels


def likeness(found, near, i, j):
    a, b = sorted((int(found.picture[i]), int(found.picture[j])))
    return 2.0 if a == b else near.get((a, b), 0.0)


@given(made(), st.booleans())
def test_it_is_the_closest_of_all_and_nobody_is_forgotten(drawn, other_label):
    found, near, sides, labels = drawn
    asking, among = np.flatnonzero(sides), np.flatnonzero(~sides)
    twins = {t.case: t for t in closest(found, asking, among, labels if other_label else None)}
    for case in asking.tolist():
        allowed = [j for j in among.tolist() if not other_label or labels[j] != labels[case]]
        scores = {j: likeness(found, near, case, j) for j in allowed}
        best = max(scores.values(), default=0.0)
        if best == 0.0:
            assert case not in twins
            continue
        twin = twins[case]
        assert twin.other == min(j for j in allowed if scores[j] == best)
        assert twin.exact == (best == 2.0)
        assert np.isclose(twin.correlation, min(best, 1.0))
    assert set(twins) <= set(asking.tolist())
