"""DICOM files made in memory, each with a patient planted in it whom nothing may name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    UltrasoundMultiFrameImageStorage,
)

ROOT = "1.2.826.0.1.3680043.8.498.7777"  # of every UID: none may be said
PLANTED = {
    "PatientName": "Quirrell^Wilhelmina",
    "PatientID": "PLANTED-771",
    "IssuerOfPatientID": "Planted-Issuer",
    "PatientBirthDate": "19310203",
    "StudyDate": "20190607",
    "StudyTime": "031415",
    "AcquisitionTime": "031416",
    "InstitutionName": "Planted Infirmary",
    "ReferringPhysicianName": "Ollivander^Garrick",
    "AccessionNumber": "ACC-90210",
    "StudyDescription": "Planted description",
}
WORDS = (*PLANTED.values(), "Quirrell", "Wilhelmina", "Ollivander", ROOT)
AXIAL = (1, 0, 0, 0, 1, 0)

Change = Callable[[Dataset], Any]


def dataset(array: np.ndarray, kind: str = CTImageStorage, number: int = 1, **attributes: Any) -> Dataset:
    """An image of these stored values, `[H, W]`, `[H, W, 3]`, or with frames in front of that."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = kind
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = f"{ROOT}.3.{number}"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = f"{ROOT}.1", f"{ROOT}.2"
    for name, value in PLANTED.items():
        setattr(ds, name, value)
    ds.Modality = {CTImageStorage: "CT", EnhancedCTImageStorage: "CT", MRImageStorage: "MR"}.get(kind, "OT")
    colour = array.ndim > 2 and array.shape[-1] == 3
    shape = array.shape[:-1] if colour else array.shape
    ds.Rows, ds.Columns = shape[-2:]
    if len(shape) == 3:
        ds.NumberOfFrames = shape[0]
    ds.SamplesPerPixel = 3 if colour else 1
    ds.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = 8 * array.dtype.itemsize
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(array.dtype.kind == "i")
    ds.PixelData = array.tobytes() + b"\0" * (array.nbytes % 2)
    ds["PixelData"].VR = "OW" if array.dtype.itemsize > 1 else "OB"
    for name, value in attributes.items():
        setattr(ds, name, value)
    return ds


def save(ds: Dataset, path: Path) -> Path:
    ds.save_as(path, enforce_file_format=True)
    return path


def write(path: Path, array: np.ndarray, kind: str = CTImageStorage, number: int = 1, **attributes: Any) -> Path:
    return save(dataset(array, kind, number, **attributes), path)


def write_series(
    folder: Path,
    positions: Sequence[Sequence[float]] | Sequence[float],
    directions: Sequence[float] = AXIAL,
    spacing: tuple[float, float] = (1.0, 1.0),
    arrays: Sequence[np.ndarray] | None = None,
    change: Callable[[Dataset, int], Any] | None = None,
    first: int = 0,
    **attributes: Any,
) -> Path:
    """One file a slice, in the order given, filled with its number; a bare number is a position along z."""
    folder.mkdir(exist_ok=True)
    for i, place in enumerate(positions):
        array = np.full((4, 6), i, np.int16) if arrays is None else arrays[i]
        ds = dataset(array, number=first + i + 1, **attributes)
        ds.ImageOrientationPatient = list(directions)
        ds.ImagePositionPatient = [0, 0, place] if isinstance(place, int | float) else list(place)
        ds.PixelSpacing, ds.InstanceNumber = list(spacing), first + i + 1
        if change:
            change(ds, i)
        save(ds, folder / f"{first + i + 1}.dcm")
    return folder


def enhanced(array: np.ndarray, places: Sequence[float], spacing: tuple[float, float] = (1.0, 1.0)) -> Dataset:
    """An enhanced CT, `[F, H, W]`: everything that differs between frames stands in their groups alone."""
    ds = dataset(array, EnhancedCTImageStorage)
    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = list(AXIAL)
    measures.PixelSpacing, measures.SliceThickness = list(spacing), 9.0
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    ds.SharedFunctionalGroupsSequence = [shared]
    groups: list[Dataset] = []
    for i, place in enumerate(places):
        group, at, scale, shown = Dataset(), Dataset(), Dataset(), Dataset()
        at.ImagePositionPatient = [0, 0, place]
        scale.RescaleSlope, scale.RescaleIntercept, scale.RescaleType = i + 1, -10, "HU"
        shown.WindowCenter, shown.WindowWidth = 40, 400
        group.PlanePositionSequence, group.PixelValueTransformationSequence = [at], [scale]
        group.FrameVOILUTSequence = [shown]
        groups.append(group)
    ds.PerFrameFunctionalGroupsSequence = groups
    return ds


def film(array: np.ndarray, **attributes: Any) -> Dataset:
    """Frames without a place, as ultrasound writes them."""
    return dataset(array, UltrasoundMultiFrameImageStorage, Modality="US", **attributes)


def wheel_file(name: str) -> Path:
    """A file of pydicom's wheel."""
    found = get_testdata_file(name, download=False)
    assert isinstance(found, str), name
    return Path(found)
