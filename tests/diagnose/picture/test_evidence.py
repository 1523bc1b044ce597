"""The maps of every family against the scores that the report's probes give from the pooled features in the store."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from angiogram.data.cases import Case, Cases
from angiogram.data.intake import examine
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.diagnose.collect.fill import collect
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.plan import Plan, plan
from angiogram.diagnose.picture.evidence import evidence_maps
from angiogram.diagnose.picture.raster import SIDE
from angiogram.diagnose.picture.result import EvidenceMap
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.probe.evaluate import probe_tap
from angiogram.tap.store import FeatureStore
from tests.model.layouts.local import made_local, padded, shrunk
from tests.model.tiny import FAMILIES

CLASSES = ("left kidney", "right kidney", "liver")
SHAPES = ((56, 56), (40, 90), (120, 50))
EVEN, ODD = np.arange(0, 24, 2), np.arange(1, 24, 2)
PAIRS = ((EVEN, ODD), (ODD, EVEN))
ROWS = (7, 2, 0, 23, 4)
LATE = ("llm.block.1@image", "llm.block.2@image")  # another block in each fold


@dataclass(frozen=True)
class Collected:
    planned: Plan
    cases: Cases
    store: FeatureStore

    def maps(self, late=LATE) -> tuple[EvidenceMap, ...]:
        return evidence_maps(self.planned, self.cases, PAIRS, self.store, [str(row) for row in ROWS], late)

    def score(self, row: int, tap: str) -> float:
        """Of the true class, from the pooled features."""
        result = probe_tap(np.asarray(self.store.read(tap))[:, 0], self.cases.labels, PAIRS, groups=self.cases.groups)
        return result.scores[row, self.cases.labels[row]]


def drawn() -> list[np.ndarray]:
    """24 noisy images of three shapes, brighter from class to class."""
    rng = np.random.default_rng(0)
    return [rng.integers(60 * (i % 3), 60 * (i % 3) + 100, SHAPES[i % 4 % 3], dtype=np.uint8) for i in range(24)]


def collected(loaded: LoadedModel, folder, pixels: list[np.ndarray]) -> Collected:
    rows = tuple(Case(str(i), f"shapes#{i}", CLASSES[i % 3], f"g{i // 4}") for i in range(24))
    cases = Cases("shapes", rows, CLASSES, lambda row: Image(pixels[int(row.id)], ("drawn",)), DEFAULT_QUESTION)
    examined, planned = examine(cases), plan(loaded, cases, None)
    store = collect(planned, examined, fingerprint(planned, cases, examined.hashes), folder, 5, lambda _: None)
    assert store is not None
    return Collected(planned, cases, store)


def assert_exact(found: Collected, maps: tuple[EvidenceMap, ...], stages: str) -> None:
    assert [(each.case, each.stage) for each in maps] == [(str(row), key) for row in ROWS for key in stages]
    for each in maps:
        row, raster = int(each.case), np.array(each.raster)
        assert each.label == CLASSES[row % 3] and raster.shape == (SIDE, SIDE)
        assert each.score == pytest.approx(found.score(row, each.tap), abs=2e-5)
        assert raster.mean() == pytest.approx(each.score, abs=1e-5)
        assert each.tap == {"V": "encoder.out", "C": "connector.out"}.get(each.stage, LATE[row % 2 == 0])


@pytest.mark.parametrize("name", [name for name in ("angiogram", *FAMILIES) if name != "mllama"])
def test_the_mean_of_every_map_is_the_probe_s_score(name, load_family, tmp_path):
    found = collected(load_family(name), tmp_path / "store", drawn())
    maps = found.maps()
    assert_exact(found, maps, "VCI")
    # The tokens of a random model differ: a map is no even colour.
    assert min(np.ptp(each.raster) for each in maps) > 0.01


@pytest.mark.parametrize(("family", "change"), [("llava", padded), ("llava_onevision", shrunk)])
def test_it_holds_where_tokens_hang_over_the_edge_or_are_scaled_down(family, change, load_family, tmp_path):
    local = made_local(load_family(family))
    change(local)
    found = collected(local, tmp_path / "store", drawn())
    assert_exact(found, found.maps(), "VCI")


@pytest.mark.parametrize("family", ["llava", "llava_next", "qwen2_5_vl", "mistral3"])
def test_a_quarter_that_changes_shows_in_its_quarter_of_the_map(family, load_family, tmp_path):
    """In a model whose tokens know their own place only; rows 2 and 4 are one image but for the lower left quarter."""
    pixels = drawn()
    pixels[4] = np.full((112, 112), 90, dtype=np.uint8)
    pixels[2] = pixels[4].copy()
    pixels[2][56:, :56] = 200
    found = collected(made_local(load_family(family)), tmp_path / "store", pixels)
    maps = [evidence_maps(found.planned, relabelled(found.cases), PAIRS, found.store, [row], LATE) for row in "24"]
    for one, other in zip(*maps, strict=True):
        change = np.abs(np.array(one.raster) - np.array(other.raster))
        assert change[SIDE // 2 :, : SIDE // 2].sum() > 0.9 * change.sum() > 0, one.stage


def relabelled(cases: Cases) -> Cases:
    """Rows 2 and 4 of one class, so that the maps are of the same score."""
    rows = tuple(replace(row, label=CLASSES[0]) if row.id in "24" else row for row in cases.rows)
    return replace(cases, rows=rows)


def test_without_image_tokens_in_the_llm_there_is_no_late_map(load_family, tmp_path):
    found = collected(load_family("mllama"), tmp_path / "store", drawn())
    assert_exact(found, found.maps(late=()), "VC")


@pytest.mark.parametrize("layout", ["proportional", "alone"])
def test_tokens_whose_places_are_not_known_are_not_drawn(layout, load_family, tmp_path):
    found = collected(load_family("gemma3"), tmp_path / "store", drawn())
    loaded = found.planned.loaded
    unknown = replace(loaded, anatomy=replace(loaded.anatomy, layout=layout))
    assert replace(found, planned=replace(found.planned, loaded=unknown)).maps() == ()
