"""Pictures that a table holds as bytes: each is read as the file that it was."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from angiogram.data.sources.salt import salt_of
from angiogram.errors import InputError
from angiogram.files import writing_to
from angiogram.imaging import raster
from angiogram.imaging.dicom.file import looks_like_dicom
from angiogram.imaging.dicom.patient import patient_group
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.raster import decode_raster
from angiogram.imaging.read import DICOM_SUFFIXES, SUFFIXES, Preparation, read_image, suffix_of

_FLAT = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"II+\0", b"MM\0*", b"MM\0+", b"BM", b"GIF8", b"RIFF")
_GZIP = b"\x1f\x8b"
_NIFTI = tuple(length.to_bytes(4, order) for length in (348, 540) for order in ("little", "big"))  # of the header


class HeldPictures:
    """The pictures of a column, by the numbers of its rows."""

    def __init__(self, contents: Sequence[bytes | None], names: Sequence[str]) -> None:
        """Of a column that holds these files.

        Args:
            contents: the bytes of each row's file; None where it has none.
            names: what each file was called; "" where the table does not say.
        """
        self._contents = contents
        self._names = names

    def holds(self, row: int) -> bool:
        """Whether a row has a picture."""
        return self._contents[row] is not None

    def is_dicom(self, row: int) -> bool:
        """Whether a row's file is DICOM by its first bytes or, where they say nothing, by its name."""
        return self._suffix(row) in DICOM_SUFFIXES

    def patient(self, row: int, cache: Path) -> str | None:
        """The patient of a DICOM file, a salted hash; None for what is none, or names nobody.

        Raises:
            InputError: the cache cannot be written, or pydicom is not installed.
        """
        if not self.holds(row) or not self.is_dicom(row):
            return None
        with _as_file(self._content(row), ".dcm") as path:
            return patient_group(path, salt_of(cache))

    def read(self, row: int, how: Preparation, called: str) -> Image:
        """One picture, made as from a file of its kind.

        Args:
            row: that holds one.
            how: which picture is made of DICOM and NIfTI.
            called: what messages call it.

        Raises:
            InputError: as `read_image`.
        """
        content, suffix = self._content(row), self._suffix(row)
        if suffix in raster.SUFFIXES and how.window is None:
            return decode_raster(BytesIO(content), called)
        with _as_file(content, suffix) as path:
            try:
                return read_image(path, how)
            except InputError as error:
                problem = str(error).replace(printable(path), called)
        raise InputError(problem)  # here, so that the exception that has the path is not its context

    def _content(self, row: int) -> bytes:
        return self._contents[row] or b""

    def _suffix(self, row: int) -> str:
        """That a file of this content would have; where neither content nor name says one, that of a flat picture."""
        content = self._content(row)
        if content[128:132] == b"DICM":
            return ".dcm"
        if content.startswith(_FLAT):
            return ".png"
        if content.startswith(_GZIP):
            return ".nii.gz"
        if content.startswith(_NIFTI):
            return ".nii"
        named = suffix_of(Path(self._names[row]))
        if named in SUFFIXES:
            return named
        with _as_file(content, "") as path:  # old DICOM has no mark of its own
            return ".dcm" if looks_like_dicom(path) else ".png"


@contextmanager
def _as_file(content: bytes, suffix: str) -> Generator[Path]:
    """A file of these bytes that this user alone can read, for as long as it is needed.

    Raises:
        InputError: the disk is full.
    """
    with TemporaryDirectory(prefix="angiogram-") as folder:
        path = Path(folder) / f"picture{suffix}"
        with writing_to(path):
            path.write_bytes(content)
        yield path
