"""Which files are of one patient, without saying of whom."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.errors import InputError
from angiogram.imaging.dicom.file import looks_like_dicom, read_tags
from angiogram.imaging.dicom.series import files_in
from angiogram.imaging.dicom.tags import PATIENT
from angiogram.imaging.dicom.unfit import UnfitError, attempt
from angiogram.imaging.printable import printable

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MIN_SALT = 16  # bytes
_NOBODY = re.compile(  # with a number it is a pseudonym
    r"(?:(?:anon[a-z]*|de-?identified|unknown|unnamed|not|known|no|name|none|null|nil|n/?a|removed|redacted|hidden|"
    r"patient|test|x+)(?:[\W_]+|$))+"
)


def patient_group(path: Path, salt: bytes) -> str | None:
    """A name for the patient of a DICOM file or folder: the same for the same patient and salt, and nothing else.

    It is HMAC-SHA256 over issuer and patient id; where there is no id, over the patient's name, unless that says only
    that there is none. Keep the salt secret and off the page: whoever has it can try ids. Sets that were made anonymous
    may give all patients one id; then all have one group.

    Args:
        path: a DICOM file, or a folder of them.
        salt: at least 16 random bytes, the same for a whole set.

    Returns:
        `patient-` and 16 hexadecimal digits; None where the file names no patient or is no DICOM.

    Raises:
        InputError: files of several patients are in the folder, or pydicom is not installed.
        ValueError: the salt is too short.
    """
    if len(salt) < MIN_SALT:
        raise ValueError(f"A salt needs at least {MIN_SALT} bytes, got {len(salt)}.")
    try:
        files: Iterable[Path] = files_in(path) if path.is_dir() else (path,)
    except UnfitError:  # reading it says so
        return None
    groups = {group for file in files if looks_like_dicom(file) and (group := _group(file, salt))}
    if len(groups) > 1:
        raise InputError(f"'{printable(path)}' holds files of {len(groups)} patients; give each a folder.")
    return next(iter(groups), None)


def _group(file: Path, salt: bytes) -> str | None:
    try:
        return patient_in(read_tags(file, PATIENT), salt)
    except UnfitError:
        return None


def patient_in(dataset: "Dataset", salt: bytes) -> str | None:
    """The name that `patient_group` gives the patient of a header that holds the attributes `PATIENT`."""
    patient, issuer, name = (
        (attempt(lambda keyword=keyword: str(dataset[keyword].value or "").strip()) or "") if keyword in dataset else ""
        for keyword in PATIENT
    )
    if patient:
        who = f"{issuer}\0{patient}"
    elif name := _plain(name):
        who = f"\0\0{name}"
    else:
        return None
    digest = hmac.new(salt, who.encode("utf-8", "surrogateescape"), hashlib.sha256)
    return f"patient-{digest.hexdigest()[:16]}"


def _plain(name: str) -> str:
    """A name as it is compared; "" where it stands for none.

    >>> _plain("DOE^John ^^"), _plain("Anonymous^^"), _plain("Not known"), _plain("ANON 17")
    ('doe^john', '', '', 'anon 17')
    """
    parts = [" ".join(part.split()) for part in name.casefold().split("^")]
    plain = "^".join(parts).strip("^")
    return "" if _NOBODY.fullmatch(plain) or not any(map(str.isalnum, plain)) else plain
