"""Tiny checkpoints, each test with a copy of its own to break."""

from collections.abc import Callable
from pathlib import Path

import pytest

from angiogram.check.drawn import CLASSES, QUESTION, drawn_pictures
from angiogram.check.subject import Subject
from angiogram.model.load import LoadedModel, load_model
from tests.model.tiny import write_tiny


def subject_of(loaded: LoadedModel) -> Subject:
    return Subject(loaded, drawn_pictures(), QUESTION, CLASSES)


@pytest.fixture(scope="session")
def load_tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], LoadedModel]:
    """Loads a family's checkpoint anew each time; written once."""
    root = tmp_path_factory.mktemp("families")

    def load(name: str) -> LoadedModel:
        folder: Path = root / name
        if not folder.exists():
            write_tiny(name, folder)
        return load_model(str(folder), root, lambda _: None)

    return load


@pytest.fixture
def llava(load_tiny: Callable[[str], LoadedModel]) -> LoadedModel:
    """The connector reads the second of three encoder blocks; a Llama answers."""
    return load_tiny("llava")
