import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from angiogram.diagnose.picture import feature_maps as drawn_maps
from angiogram.diagnose.picture.feature_maps import TAPS, feature_maps
from angiogram.diagnose.picture.result import FeatureMap
from angiogram.tap.store import ArraySpec, FeatureStore


def stored(folder, values: np.ndarray) -> FeatureStore:
    """A store with the same features `[N, D]` at V, C and U."""
    N, D = values.shape
    rows = {"encoder.out": 5, "connector.out": 5, "llm.norm@last": 1}
    specs = {name: ArraySpec((count, D)) for name, count in rows.items()}
    store = FeatureStore.open(folder, {"model": "none"}, N, 1, lambda: specs)
    arrays = {name: np.repeat(values[:, None], count, axis=1) for name, count in rows.items()}
    store.write(0, range(N), {**arrays, "failed": np.zeros(N, np.int16)})
    return store


@dataclass(frozen=True)
class Drawn:
    features: np.ndarray
    labels: np.ndarray
    classes: int

    def maps(self, folder, evaluated=None) -> tuple[FeatureMap, ...]:
        which = np.arange(len(self.labels)) if evaluated is None else evaluated
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return feature_maps(stored(folder / "store", self.features), self.labels, self.classes, which, 0)


def clouds(each: int, classes: int, apart: float, width: int = 6) -> Drawn:
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(classes), each)
    centres = rng.normal(0, apart, (classes, width))
    return Drawn((centres[labels] + rng.normal(size=(len(labels), width))).astype(np.float32), labels, classes)


def assert_whole(found: tuple[FeatureMap, ...], cases: int, classes: int) -> None:
    assert [(each.stage, each.tap) for each in found] == list(TAPS.items())
    for each in found:
        assert np.array(each.points).shape == (cases, 2) and len(each.labels) == cases
        assert np.isfinite(each.points).all() and len(each.by_class) == classes
        assert all(value is None or -1 <= value <= 1 for value in (each.silhouette, *each.by_class))


def test_classes_far_apart_are_seen_apart_and_mixed_ones_are_not(tmp_path):
    apart, mixed = clouds(20, 3, 30.0), clouds(20, 3, 0.0)
    far, near = apart.maps(tmp_path / "far")[0], mixed.maps(tmp_path / "near")[0]
    assert far.silhouette > 0.75 > 0.1 > near.silhouette
    assert silhouette_score(np.array(far.points), apart.labels) > 0.8
    assert silhouette_score(np.array(near.points), mixed.labels) < 0.2


@pytest.mark.parametrize("width", [6, 200])
def test_silhouettes_are_those_of_the_standardised_features(width, tmp_path):
    some = clouds(12, 4, 1.0, width)
    scaled = Drawn(some.features * 10.0 ** np.linspace(-3, 3, width).astype(np.float32), some.labels, 4)
    expected = silhouette_score(StandardScaler().fit_transform(scaled.features), scaled.labels)
    found = scaled.maps(tmp_path)[0]
    assert found.silhouette == pytest.approx(expected, abs=1e-4)
    assert np.mean(found.by_class) == pytest.approx(expected, abs=1e-4)  # classes of one size


def test_of_many_cases_the_same_are_drawn_at_every_tap(tmp_path, monkeypatch):
    monkeypatch.setattr(drawn_maps, "MOST", 50)
    found = clouds(40, 2, 3.0).maps(tmp_path)
    assert_whole(found, 50, 2)
    assert len({each.labels for each in found}) == 1 and 15 < sum(found[0].labels) < 35


def test_only_evaluated_cases_are_drawn(tmp_path):
    some = clouds(10, 3, 1.0)
    evaluated = np.flatnonzero(some.labels != 1)
    found = some.maps(tmp_path, evaluated)
    assert_whole(found, 20, 3)
    assert set(found[0].labels) == {0, 2} and found[0].by_class[1] is None


@pytest.mark.parametrize("cases", [1, 2, 3, 7, 8, 9])
def test_few_cases(cases, tmp_path):
    few = clouds(5, 2, 3.0)
    assert_whole(few.maps(tmp_path, np.arange(cases)), cases, 2)


def test_two_cases_have_no_silhouette(tmp_path):
    assert clouds(1, 2, 3.0).maps(tmp_path)[0].silhouette is None


def test_one_class_has_no_silhouette(tmp_path):
    one = clouds(12, 1, 0.0)
    found = one.maps(tmp_path)
    assert_whole(found, 12, 1)
    assert found[0].silhouette is None and found[0].by_class == (None,)


@pytest.mark.parametrize("constant", [slice(None), slice(0, 5), slice(1, 4)])
def test_constant_features_weigh_nothing(constant, tmp_path):
    some = clouds(6, 2, 3.0)
    some.features[:, constant] = 7.5
    found = some.maps(tmp_path)
    assert_whole(found, 12, 2)
    if constant == slice(None):
        assert found[0].silhouette is None and set(found[0].points) == {(0.0, 0.0)}


def test_two_places_for_all_cases(tmp_path):
    """Of different classes in one place: 0 / 0 in the silhouette, and no distance for t-SNE."""
    places = np.repeat(np.array([[0.0], [1.0]], dtype=np.float32), 10, axis=0)
    found = Drawn(places, np.arange(20) % 2, 2).maps(tmp_path)
    assert_whole(found, 20, 2)
    assert found[0].silhouette == pytest.approx(0.0, abs=0.11)


@pytest.mark.parametrize("classes", [24, 500])
def test_many_classes(classes, tmp_path):
    pairs = np.concatenate([np.arange(12), classes + np.arange(12)])
    found = clouds(2, classes, 5.0).maps(tmp_path, pairs)
    assert_whole(found, 24, classes)
    assert sum(value is not None for value in found[0].by_class) == 12


def test_the_map_is_the_same_every_time(tmp_path):
    some = clouds(10, 3, 1.0)
    assert some.maps(tmp_path / "a") == some.maps(tmp_path / "b")
