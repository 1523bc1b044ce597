"""A whole diagnosis of every family, from the folder on disk to the report."""

from pathlib import Path

import numpy as np
import pytest

from angiogram.data.cases import Case, Cases
from angiogram.data.intake import examine
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.data.splits import assign
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.report.disk import read_report, write_report
from tests.model.tiny import TINY, write_tiny

CLASSES = ("left kidney", "right kidney", "liver")
SHAPES = ((56, 56), (40, 90), (120, 50))
SETTINGS = Settings(permutations=5, resamples=100, batch_size=7)


@pytest.fixture(scope="module")
def cases() -> Cases:
    """24 noisy images of three shapes, brighter from class to class."""
    rng = np.random.default_rng(0)
    pixels = [rng.integers(60 * (i % 3), 60 * (i % 3) + 100, SHAPES[i % 4 % 3], dtype=np.uint8) for i in range(24)]
    rows = tuple(Case(str(i), f"shapes#{i}", CLASSES[i % 3], f"g{i // 3}") for i in range(24))
    return Cases("shapes", rows, CLASSES, lambda row: Image(pixels[int(row.id)], ("drawn",)), DEFAULT_QUESTION)


def whole(name: str, cases: Cases, folder: Path) -> Diagnosis:
    write_tiny(name, folder / "model")
    loaded = load_model(str(folder / "model"), folder / "cache", lambda _: None)
    examined = examine(cases)
    splits = assign(examined.cases, 3, 0)
    cache = folder / "cache"
    return diagnose(loaded, examined, splits, None, SETTINGS, folder / "run", cache, lambda _: None).diagnosis


SWIFT = ("qwen3_vl",)  # the others: `make nightly`


@pytest.mark.parametrize(
    "name",
    [name if name in SWIFT else pytest.param(name, marks=pytest.mark.nightly) for name in TINY if name != "mllama"],
)
def test_every_stage_is_measured_in_a_mixed_set(name, cases, tmp_path):
    diagnosis = whole(name, cases, tmp_path)
    assert [stage.key for stage in diagnosis.stages if stage.accuracy] == list("VCIUSG")
    assert diagnosis.evaluated == 24 and not diagnosis.quarantined
    assert len(diagnosis.lens) == sum(point.tap.endswith("@last") for point in diagnosis.curve) - 1
    write_report(diagnosis, tmp_path / "run")
    assert read_report(tmp_path / "run")["model"] == str(tmp_path / "model")


def test_llava_shows_its_last_encoder_block_off_the_path(cases, tmp_path):
    on_path = {point.tap: point.on_path for point in whole("llava", cases, tmp_path).curve}
    assert not on_path["encoder.block.2"] and sum(not on for on in on_path.values()) == 1


def test_without_image_tokens_their_line_is_absent_and_the_report_says_why(cases, tmp_path):
    diagnosis = whole("mllama", cases, tmp_path)
    assert [stage.key for stage in diagnosis.stages if stage.accuracy] == list("VCUSG")
    assert not [point for point in diagnosis.curve if point.part == "llm" and point.stream == "image"]
    assert len(diagnosis.lens) == sum("block" in point.tap and point.part == "llm" for point in diagnosis.curve) > 0
    assert any("by cross-attention: there is no line of image tokens" in why for why in diagnosis.not_assessed)
    write_report(diagnosis, tmp_path / "run")
