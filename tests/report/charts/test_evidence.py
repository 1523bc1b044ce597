import base64
import io
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest
from report_sample import evidence

from angiogram.diagnose.picture.result import EvidenceMap
from angiogram.report.charts.evidence import evidence_legend, full_colour, overlay

CLASSES = 4
EVEN = 1 / CLASSES


def of(raster: np.ndarray) -> EvidenceMap:
    cells = tuple(tuple(row) for row in raster.tolist())
    return EvidenceMap("1", "V", "encoder.out", "liver", float(raster.mean()), EVEN, cells)


def pixels(png: str) -> np.ndarray:
    return np.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(png)))).astype(int)  # [H, W, 4]


def test_orange_speaks_for_blue_against_and_even_is_clear():
    found = of(EVEN + np.array([[-1.0, 0.0, 1.0]]))
    red, green, blue, alpha = pixels(overlay(found, 1.0))[0].T
    assert alpha[1] == 0 and alpha[0] == alpha[2] > 150
    assert red[2] > green[2] > blue[2] and blue[0] > green[0] > red[0]


def test_colour_grows_with_the_distance_from_even_up_to_the_full_colour():
    alpha = pixels(overlay(of(EVEN + np.linspace(0, 2, 9)[None]), 1.0))[0, :, 3]
    assert (np.diff(alpha[:5]) > 0).all() and len(set(alpha[4:])) == 1


def test_the_top_left_cell_is_the_picture_s_top_left():
    raster = np.full((24, 24), EVEN)
    raster[0, 3] = 1.0
    assert np.argwhere(pixels(overlay(of(raster), 0.5))[..., 3]).tolist() == [[0, 3]]


def test_maps_of_one_case_share_a_scale_that_a_few_cells_do_not_set():
    calm, wild = np.full((24, 24), EVEN + 0.5), np.full((24, 24), EVEN + 0.5)
    wild[0, :3] = 100.0
    assert full_colour([of(calm), of(wild)], CLASSES) == pytest.approx(0.5)


def test_noise_around_even_stays_pale():
    noise = EVEN + np.random.default_rng(0).normal(0, 0.01, (24, 24))
    full = full_colour([of(noise)], CLASSES)
    assert full == EVEN and pixels(overlay(of(noise), full))[..., 3].max() < 20


def test_numbers_that_are_not_known_are_clear():
    raster = np.full((2, 2), np.nan)
    assert pixels(overlay(of(raster), 1.0))[..., 3].max() == 0


def test_an_overlay_is_small():
    assert max(len(overlay(each, 0.5)) for each in evidence("1", "liver", 3)) < 4_000


def test_the_legend_runs_from_against_to_for():
    legend = str(evidence_legend())
    assert legend.index("rgb(40,150,255)") < legend.index('fill-opacity="0"') < legend.index("rgb(255,140,0)")


def test_the_share_of_a_frequent_class_is_no_evidence():
    noise = 0.7 + np.random.default_rng(0).normal(0, 0.01, (24, 24))
    found = replace(of(noise), even=0.7)
    assert pixels(overlay(found, full_colour([found], 2)))[..., 3].max() < 20
