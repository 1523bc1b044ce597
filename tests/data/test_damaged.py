"""Accepted and set aside are all that were given, whatever became of the files."""

import gzip
from io import BytesIO
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from pydicom.data import get_testdata_file

from angiogram.data.intake import examine
from angiogram.data.sources import open_cases

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def raster(kind: str) -> bytes:
    out = BytesIO()
    Pillow.fromarray(np.arange(40 * 30, dtype=np.uint8).reshape(40, 30)).save(out, kind)
    return out.getvalue()


def volume() -> bytes:
    out = BytesIO()
    nibabel.Nifti1Image(np.arange(60, dtype=np.int16).reshape(3, 4, 5), np.eye(4)).to_stream(out)
    return out.getvalue()


WHOLES = {
    "a.png": raster("PNG"),
    "a.jpg": raster("JPEG"),
    "a.tif": raster("TIFF"),
    "a.bmp": raster("BMP"),
    "a.webp": raster("WEBP"),
    "a.gif": raster("GIF"),
    "a.pgm": raster("PPM"),
    "a.nii": volume(),
    "a.nii.gz": gzip.compress(volume()),
    **{
        f"{i}.dcm": Path(str(get_testdata_file(name, download=False))).read_bytes()
        for i, name in enumerate(("CT_small.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "SC_rgb_rle_2frame.dcm"))
    },
}


@pytest.fixture
def damage(monkeypatch: pytest.MonkeyPatch) -> object:
    """The ways of damaging that `benchmarks/damaged_files.py` measures with."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from damaged.damage import damaged

    return damaged(WHOLES)


def test_accepted_and_set_aside_are_all_that_were_given(tmp_path_factory: pytest.TempPathFactory, damage) -> None:
    @settings(max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(damage, min_size=1, max_size=6))
    def check(files: list[tuple[str, bytes]]) -> None:
        root = tmp_path_factory.mktemp("set")
        for number, (name, content) in enumerate([*WHOLES.items(), *files]):
            path = root / ("sound" if number < len(WHOLES) else "damaged") / f"{number}" / name
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
        (root / "damaged" / "whole.png").write_bytes(WHOLES["a.png"])
        examined = examine(open_cases(str(root), tmp_path_factory.mktemp("cache")))
        assert len(examined.cases) + len(examined.quarantined) == len(WHOLES) + len(files) + 1
        for each in examined.quarantined:
            assert Path(each.case.path).name in each.reason and "\n" not in each.reason

    check()
