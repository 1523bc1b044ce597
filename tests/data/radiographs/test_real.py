"""The asset package's CT: is what the pictures show where anatomy has it?"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tyro
from tests.data.radiographs.test_warp import jacobian

from angiogram.cli.data import Data
from angiogram.data.radiographs.geometry import View
from angiogram.data.radiographs.measures import Measured
from angiogram.data.radiographs.patient import Patient
from angiogram.data.radiographs.setting import RANGES, setting
from angiogram.data.radiographs.shadows import NAMES, named
from angiogram.data.radiographs.taken import Radiograph, take
from angiogram.data.radiographs.warp import Warp, anatomy_of

DISTANCES: dict[View, float] = {"PA": 1830, "AP": 1000, "left lateral": 1830}


def plain(view: View, folder: Path, removed: str | None = None, **other: float) -> Radiograph:
    """Straight, with all of the chest in the picture."""
    middle = {name: (low + high) / 2 for name, (low, high) in RANGES.items()}
    straight = {"heart_scale": 1.0, "field": 345, "down": 0, "source": DISTANCES[view], "view": view}
    return take(folder, replace(setting(0, 0), **middle | straight | other), 128, 0, removed)


@pytest.fixture(scope="module")
def pictures(real_folder: Path) -> dict[View, Radiograph]:
    return {view: plain(view, real_folder) for view in DISTANCES}


def middle(truth: Measured, name: str) -> tuple[float, float]:
    seen = truth.find(name)
    assert seen is not None, name
    return (seen.box[0] + seen.box[2]) / 2, (seen.box[1] + seen.box[3]) / 2


@pytest.mark.parametrize("view", ["PA", "AP"])
def test_frontal_anatomy(pictures: dict[View, Radiograph], view: View):
    truth = pictures[view].truth
    spine = middle(truth, "thoracic spine")[0]
    assert middle(truth, "heart")[0] > spine  # on the viewer's right
    assert middle(truth, "liver")[0] < spine < middle(truth, "spleen")[0]
    assert middle(truth, "stomach")[0] > spine
    assert middle(truth, "liver")[1] > max(middle(truth, name)[1] for name in ("right lung", "left lung"))
    for name in NAMES:
        if (side := named(name).side) is not None and truth.find(name) is not None:
            assert (middle(truth, name)[0] < spine) == (side == "right"), name
    clavicle, lung = truth.find("left clavicle"), truth.find("left lung")
    assert clavicle is not None and lung is not None and clavicle.box[1] < lung.box[1] + 0.02
    assert truth.ctr is not None and 0.4 < truth.ctr < 0.65
    assert truth.cpar is not None and 0.1 < truth.cpar < 0.5


def test_the_heart_is_wider_in_ap_than_in_pa(pictures: dict[View, Radiograph]):
    """It lies in front: far from the detector in AP, and the tube is nearer."""
    ratios = [pictures[view].truth.ctr for view in ("PA", "AP")]
    assert ratios[0] < ratios[1]  # pyright: ignore[reportOperatorIssue]


def test_lateral_anatomy(pictures: dict[View, Radiograph]):
    truth = pictures["left lateral"].truth
    assert middle(truth, "sternum")[0] < middle(truth, "heart")[0] < middle(truth, "thoracic spine")[0]
    assert truth.ctr is None


def test_the_pixels_agree_with_the_masks_about_left_and_right(pictures: dict[View, Radiograph]):
    """Without the labels: lungs are dark, and the heart makes the viewer's right side brighter at its level."""
    for view in ("PA", "AP"):
        pixels, truth = pictures[view].pixels.astype(float), pictures[view].truth
        heart, spine = truth.find("heart"), middle(truth, "thoracic spine")[0]
        assert heart is not None
        rows = slice(round(128 * (heart.box[1] + 2 * heart.box[3]) / 3) - 4, round(128 * heart.box[3]) - 8)
        reach = round(128 * 0.22)
        column = round(128 * spine)
        right, left = pixels[rows, column - reach : column - 12], pixels[rows, column + 12 : column + reach]
        assert left.mean() > right.mean() + 20


def test_pictures_look_exposed(pictures: dict[View, Radiograph]):
    for radiograph in pictures.values():
        pixels = radiograph.pixels
        assert pixels.dtype == np.uint8 and pixels.std() > 40 and 40 < pixels.mean() < 200


def test_heart_size_and_breath_change_what_they_should(real_folder: Path, pictures: dict[View, Radiograph]):
    base = pictures["PA"].truth
    large = plain("PA", real_folder, heart_scale=1.2).truth
    deep = plain("PA", real_folder, breath_mm=16.0).truth
    assert base.ctr is not None and large.ctr is not None and deep.cpar is not None and base.cpar is not None
    assert large.ctr / base.ctr == pytest.approx(1.2, abs=0.04)
    assert deep.cpar < base.cpar  # more lung
    domes = [truth.find("liver") for truth in (base, deep)]
    assert domes[1].box[1] > domes[0].box[1] + 0.02  # pyright: ignore[reportOptionalMemberAccess]
    np.testing.assert_allclose(middle(deep, "left clavicle"), middle(base, "left clavicle"), atol=0.01)


def test_a_removed_clavicle_is_seen_no_more(real_folder: Path, pictures: dict[View, Radiograph]):
    base, left = pictures["PA"], plain("PA", real_folder, removed="right clavicle")
    assert left.truth.find("right clavicle") is None and base.truth.find("right clavicle") is not None
    assert [seen for seen in base.truth.seen if seen.name != "right clavicle"] == list(left.truth.seen)
    box = base.truth.find("right clavicle").box  # pyright: ignore[reportOptionalMemberAccess]
    place = np.s_[round(128 * box[1]) : round(128 * box[3]), round(128 * box[0]) : round(128 * box[2])]
    darker = base.pixels.astype(float) - left.pixels
    assert darker[place].mean() > 1 and darker[place].max() > 15
    darker[place] = 0
    assert np.abs(darker).mean() < 0.3


@pytest.mark.parametrize("scale", RANGES["heart_scale"])
@pytest.mark.parametrize("breath", RANGES["breath_mm"])
def test_the_real_patient_is_never_folded(real: Patient, scale: float, breath: float):
    assert jacobian(Warp(anatomy_of(real), scale, breath)).min() > 0.05


def test_the_example_of_the_page_runs(real_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    page = (Path(__file__).parents[3] / "docs" / "radiographs.md").read_text()
    example = page.split("```python\n")[1].split("```")[0].replace("default_cache()", "cache")
    monkeypatch.chdir(tmp_path)
    exec(example, {"cache": real_folder.parent})
    assert len(list((tmp_path / "radiographs" / "images").glob("*.png"))) >= 8


def test_the_verb_makes_a_set_and_says_what_it_is(
    real_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    arguments = ["radiographs", "--out", str(tmp_path / "x"), "--images", "2", "--size", "48", "--counterfactuals", "1"]
    config = (tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes)
    tyro.cli(Data, args=[*arguments, "--cache", str(real_folder.parent)], config=config).run()
    said = capsys.readouterr().out
    assert said.startswith("2 radiographs with") and "one patient" in said
    assert said.splitlines()[-1] == str(tmp_path / "x" / "annotations.parquet")
