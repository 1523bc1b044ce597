"""Which DICOM objects are pictures of a patient, and what the others are."""

from typing import TYPE_CHECKING

from angiogram.imaging.dicom.tags import PIXELS
from angiogram.imaging.dicom.unfit import UnfitError, attempt
from angiogram.imaging.dicom.values import word

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_DIRECTORY = "1.2.840.10008.1.3.10"
# The modalities of the standard that make pictures; any other word is not repeated.
_MODALITIES = frozenset({
    "CR", "CT", "DG", "DX", "ES", "GM", "IO", "IVOCT", "IVUS", "LS", "MG", "MR", "NM", "OCT", "OP", "OPT", "OT", "PT",
    "PX", "RF", "RG", "SC", "SM", "TG", "US", "XA", "XC", "XRF",
})  # fmt: skip
_SECONDARY = "1.2.840.10008.5.1.4.1.1.7"
# Objects with pixels that show no patient; the end of each reason.
_NO_PICTURES = {
    "1.2.840.10008.5.1.4.1.1.481.2": "a radiotherapy dose",
    "1.2.840.10008.5.1.4.1.1.66.4": "a segmentation, a mask",
    "1.2.840.10008.5.1.4.1.1.66.7": "a segmentation, a mask",
}


def refuse_what_is_no_image(dataset: "Dataset", pixels_read: bool) -> None:
    """Pass over images in silence.

    Args:
        dataset: from `open_dicom`.
        pixels_read: whether pixels would be in it if the file had any.

    Raises:
        UnfitError: the object is no image, e.g. a dose report, a DICOMDIR, a segmentation; or an image without pixels.
    """
    meta = getattr(dataset, "file_meta", None)
    stored = word(meta, "MediaStorageSOPClassUID") if meta is not None else ""
    uid = word(dataset, "SOPClassUID") or stored
    if stored == _DIRECTORY:
        raise UnfitError("is no image but a DICOMDIR, a list of other files")
    if uid in _NO_PICTURES:
        raise UnfitError(f"is no image but {_NO_PICTURES[uid]}")
    says_size = "Rows" in dataset and "Columns" in dataset
    name = _name(uid)
    if says_size and (not pixels_read or any(keyword in dataset for keyword in PIXELS)):
        return
    if says_size or "Image Storage" in name:
        raise UnfitError("is truncated or damaged: it is an image without pixels")
    if not uid:
        raise UnfitError("is truncated or damaged: it does not say what it is")
    raise UnfitError(f"is no image but a DICOM object without pixels{f' ({name})' if name else ''}")


def modality(dataset: "Dataset") -> str:
    """The modality where it is one of the standard's, else empty."""
    said = word(dataset, "Modality")
    return said if said in _MODALITIES else ""


def is_secondary_capture(dataset: "Dataset") -> bool:
    """Whether the pixels are a screen, a scan of paper or the like, not what a scanner measured."""
    uid = word(dataset, "SOPClassUID")
    return uid == _SECONDARY or uid.startswith(f"{_SECONDARY}.")


def _name(uid: str) -> str:
    """What the standard calls a kind of object, without the word Storage; empty for a private kind."""
    from pydicom.uid import UID

    name = attempt(lambda: UID(uid).name) or ""
    return "" if name == uid else name.removesuffix(" Storage") if "Image Storage" not in name else name
