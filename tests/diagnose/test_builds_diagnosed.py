"""A whole diagnosis of every build, from the folder on disk to the report; volumes are shown as rows of slices."""

import base64
import io

import numpy as np
import PIL.Image
import pytest

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.model.load import load_model
from angiogram.report.disk import read_report, write_report
from tests.model.build.every import BUILDS, EVERY, cases_for

SETTINGS = Settings(permutations=5, resamples=100, batch_size=7)


@pytest.mark.parametrize("build", EVERY)
def test_every_stage_is_measured(build, squares, tmp_path):
    BUILDS[build](tmp_path / "model")
    loaded = load_model(str(tmp_path / "model"), tmp_path / "cache", lambda _: None)
    examined = examine(cases_for(loaded, squares))
    splits, silent = assign(examined.cases, 3, 0), lambda _: None
    found = diagnose(loaded, examined, splits, None, SETTINGS, tmp_path / "run", tmp_path / "cache", silent)
    diagnosis = found.diagnosis
    assert [stage.key for stage in diagnosis.stages if stage.accuracy] == list("VCIUSG")
    write_report(diagnosis, tmp_path / "run")
    assert read_report(tmp_path / "run")["evaluated"] == diagnosis.evaluated == len(examined.cases) // 3
    assert bool(diagnosis.evidence) == bool(diagnosis.examples)
    if not diagnosis.examples:  # of a random model there need be no case that one stage has right and another wrong
        return
    looking = loaded.model.config.connector["reduce"]["name"] in ("attention", "resampler")
    assert {each.stage for each in diagnosis.evidence} == ({"V"} if looking else {"V", "C", "I"})
    for each in diagnosis.evidence:
        raster = np.array(each.raster)
        assert raster.mean() == pytest.approx(each.score, abs=1e-4)
        assert raster.shape == (24, 24 if loaded.slices is None else 4 * 24)
    shown = PIL.Image.open(io.BytesIO(base64.b64decode(diagnosis.examples[0].thumbnail)))
    assert shown.size == ((56, 56) if loaded.slices is None else (4 * 24, 20))
    page = (tmp_path / "run" / "report.html").read_text()
    assert ('class="evidence rows"' in page) == (loaded.slices is not None)
    assert ('class="slices"' in page) == (loaded.slices is not None)
    assert ("slices of equal parts stand side by side" in page) == (loaded.slices is not None)
