"""A folder as a user's: a tiny model and a few drawn images in it."""

import shutil
from pathlib import Path

import pytest

from tests.cli.test_findings import chest
from tests.cli.test_main import draw


@pytest.fixture(scope="session")
def desk(tiny_folder, tmp_path_factory) -> Path:
    """The folder; runs in it are kept for the tests behind."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(tiny_folder, folder / "my-model")
    draw(folder / "my-images", each=12)
    chest(folder / "my-chest")
    return folder


@pytest.fixture
def at_desk(desk, monkeypatch) -> Path:
    """Work there, with a cache that lies there, too."""
    monkeypatch.chdir(desk)
    monkeypatch.setenv("XDG_CACHE_HOME", str(desk / "cache"))
    return desk
