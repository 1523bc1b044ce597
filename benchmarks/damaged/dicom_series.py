"""Folders of DICOM slices, of which any is damaged, replaced, or joined by what is no slice."""

import os
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from typing import Any

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset

from damaged.corpora import shipped
from damaged.dicom import data_set, saved
from damaged.sets import SetKind

_NO_SLICES = {
    "nothing": b"",
    "bytes of anything": bytes(range(7, 200)) * 4,
    "half a preamble": bytes(64),
    "a preamble alone": bytes(128) + b"DICM",
    "a start": bytes(128) + b"DICM" + bytes.fromhex("02000000 554c 0400 c8000000 02000100"),
}


def series() -> SetKind:
    """Folders of five slices each; any of them is damaged, replaced, or joined by what is no slice."""
    plain = dcmread(BytesIO(shipped("pydicom", "ct_small.dcm")["CT_small.dcm"]))
    wholes = {"series": _slices(plain, lambda dataset, number: None)}

    def second(**attributes: Any) -> Callable[[Dataset, int], Any]:
        return lambda dataset, number: number == 1 and dataset.update(data_set(attributes))

    made = {
        "no position": _slices(plain, second(ImagePositionPatient=None)),
        "position of two": _slices(plain, second(ImagePositionPatient=[0, 0])),
        "position far away": _slices(plain, second(ImagePositionPatient=["1e300", "0", "-1e300"])),
        "directions of 0": _slices(plain, second(ImageOrientationPatient=[0] * 6)),
        "spacing of nothing": _slices(plain, second(PixelSpacing=["1e-300", "1e300"])),
        "all of it absurd": _slices(
            plain, lambda dataset, number: dataset.update(data_set({"PixelSpacing": ["1e-300", "1e300"]}))
        ),
        "another size": _slices(plain, second(Rows=65535, Columns=65535)),
        "a million frames": _slices(plain, second(NumberOfFrames=99_999)),
        "another patient": _slices(plain, second(PatientID="another")),
        "another series": _slices(plain, second(SeriesInstanceUID="1.2.3")),
        "twice the same": _slices(plain, second(ImagePositionPatient=[0, 0, 0])),
        "a link out": {**wholes["series"], "damaged/p2/9.dcm": lambda path: path.symlink_to("/etc/passwd")},
        "a link to itself": {**wholes["series"], "damaged/p2/9.dcm": lambda path: path.symlink_to(path.name)},
        "a folder in itself": {**wholes["series"], "damaged/p2/below": lambda path: path.symlink_to("..")},
        **{
            f"{name}, {at}": {**wholes["series"], f"damaged/p2/{at}.dcm": content}
            for name, content in _NO_SLICES.items()
            for at in (1, 3, 5, 6)
        },
        "a pipe": {**wholes["series"], "damaged/p2/9.dcm": os.mkfifo},
        "a pipe without suffix": {**wholes["series"], "damaged/p2/9": os.mkfifo},
    }
    return SetKind(wholes, made, "", (".dcm",))


def _slices(plain: FileDataset, change: Callable[[Dataset, int], Any]) -> dict[str, bytes]:
    """Two series of five slices, one a class; the second is changed slice by slice."""
    found: dict[str, bytes] = {}
    for part, folder in enumerate(("sound/p1", "damaged/p2")):
        for number in range(5):
            dataset = deepcopy(plain)
            uid = f"1.2.826.0.1.3680043.8.498.{part + 1}"
            dataset.SeriesInstanceUID = uid
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{uid}.{number + 1}"
            dataset.ImagePositionPatient = [0, 0, number]
            dataset.PatientID = f"patient {part}"
            rows = np.frombuffer(dataset.PixelData, np.int16).reshape(128, 128)[:32, :32]
            dataset.Rows = dataset.Columns = 32
            dataset.PixelData = rows.tobytes()
            if part == 1:
                change(dataset, number)
            found[f"{folder}/{number + 1}.dcm"] = saved(dataset)
    return found
