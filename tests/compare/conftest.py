from dataclasses import replace
from pathlib import Path

import pytest

from angiogram.data.cases import Cases
from angiogram.model.load import random_twin
from tests.compare.made import made_run


@pytest.fixture(scope="session")
def cases(squares) -> Cases:
    """The squares, each a group of its own: four groups could not show any change for sure."""
    return replace(squares, rows=tuple(replace(row, group=f"patient {row.id}") for row in squares.rows))


@pytest.fixture(scope="session")
def run_folder(load_family, cases, tmp_path_factory) -> Path:
    """A finished run of the tiny model."""
    out = tmp_path_factory.mktemp("runs") / "tiny"
    made_run(load_family("angiogram"), cases, out)
    return out


@pytest.fixture(scope="session")
def other_folder(load_family, cases, run_folder) -> Path:
    """A finished run of another model on the same cases."""
    out = run_folder.parent / "other"
    made_run(random_twin(load_family("angiogram"), 5), cases, out)
    return out
