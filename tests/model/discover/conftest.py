"""Tiny checkpoints, loaded once: the known families, families without a file, and a model with its own code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from transformers import dynamic_module_utils

from angiogram.model.discover import Discovered, discover
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.loading import Loading
from tests.model.discover.remote import write_oddly
from tests.model.discover.unknown import UNKNOWN
from tests.model.tiny import TINY

WRITERS = {**TINY, **UNKNOWN, "oddly": write_oddly}


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Each checkpoint's folder, written once; remote code is copied to a folder of these tests."""
    dynamic_module_utils.HF_MODULES_CACHE = str(tmp_path_factory.mktemp("modules"))
    written: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in written:
            written[name] = tmp_path_factory.mktemp("checkpoints") / name
            WRITERS[name](written[name])
        return written[name]

    return folder


@pytest.fixture(scope="session")
def traced(folder_of: Callable[[str], Path]) -> Callable[[str], tuple[LoadedModel, Discovered]]:
    """A model, loaded as a user's folder is, and what tracing finds of it, also where a family file exists."""
    known: dict[str, tuple[LoadedModel, Discovered]] = {}

    def found(name: str) -> tuple[LoadedModel, Discovered]:
        if name not in known:
            loaded = load_model(str(folder_of(name)), Path(), print, Loading(trust_remote_code=name == "oddly"))
            known[name] = loaded, discover(loaded.model, loaded.processor)
        return known[name]

    return found
