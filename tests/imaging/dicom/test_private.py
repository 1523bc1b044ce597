"""Nothing of a patient reaches what is made, said or raised, however the file is damaged."""

import logging
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from tests.imaging.dicom.planted_files import PLANTED, WORDS, dataset, enhanced, save, write, write_series

from angiogram.errors import InputError
from angiogram.imaging.dicom.patient import patient_group
from angiogram.imaging.dicom.read import read_series
from angiogram.imaging.dicom.tags import DIVISION, PICTURE, PLACE
from angiogram.imaging.read import Preparation, read_image

NAME = b"Quirrell^Wilhelmina     "  # 24 bytes: also three numbers of 8
SALT = bytes(range(16))


def said_by(work: Callable[[], object], caplog: pytest.LogCaptureFixture) -> str:
    """All that is made, raised with every context, warned of and logged."""
    caplog.set_level(logging.DEBUG)
    caplog.clear()  # what was said when the file was written
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = work()
            said = repr(getattr(result, "made", result))
        except InputError as error:
            said = "".join(traceback.format_exception(error))
            context: BaseException | None = error
            while context:  # also what a traceback does not show
                said += repr(context)
                context = context.__context__
    return "\n".join([said, *(str(one.message) for one in caught), caplog.text])


def assert_nobody(said: str) -> None:
    assert [word for word in WORDS if word in said] == []


def test_nobody_is_named_where_all_goes_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.dcm", np.zeros((4, 4), np.int16), ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    folder = write_series(tmp_path / "s", [0, 1, 2])
    many = save(enhanced(np.zeros((2, 4, 4), np.int16), [0, 1]), tmp_path / "e.dcm")
    for work in (
        lambda: read_image(path),
        lambda: read_image(folder),
        lambda: read_series(folder),
        lambda: read_image(many),
        lambda: patient_group(path, SALT),
        lambda: patient_group(folder, SALT),
    ):
        assert_nobody(said_by(work, caplog))
    assert_nobody("".join(capfd.readouterr()))


def planted(ds: Dataset, keyword: str) -> None:
    """A name in place of the attribute's value, as raw bytes that the library must first make sense of."""
    tag, vr = Tag(tag_for_keyword(keyword)), dictionary_VR(keyword).split(" or ")[0]
    ds[tag] = RawDataElement(tag, vr if vr != "SQ" else "UN", len(NAME), NAME, 0, False, True)


@pytest.mark.parametrize("keyword", sorted({*PICTURE, *PLACE, *DIVISION} - {"SpecificCharacterSet"}))
def test_a_name_in_any_attribute_is_not_repeated(
    tmp_path: Path, keyword: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s").mkdir()
    for i in range(2):
        ds = dataset(np.zeros((4, 4), np.int16), number=i)
        ds.ImageOrientationPatient, ds.ImagePositionPatient, ds.PixelSpacing = [1, 0, 0, 0, 1, 0], [0, 0, i], [1, 1]
        ds.WindowCenter, ds.WindowWidth = 4, 9
        planted(ds, keyword)
        with warnings.catch_warnings(action="ignore"):
            ds.save_as(tmp_path / "s" / f"{i}.dcm")
    for work in (
        lambda: read_image(tmp_path / "s" / "0.dcm"),
        lambda: read_image(tmp_path / "s" / "0.dcm", Preparation.parse(window="lung", plane="axial")),
        lambda: read_image(tmp_path / "s"),
        lambda: read_series(tmp_path / "s"),
        lambda: patient_group(tmp_path / "s", SALT),
    ):
        assert_nobody(said_by(work, caplog))
    assert_nobody("".join(capfd.readouterr()))


@pytest.mark.parametrize("at", range(132, 1200, 37))
def test_a_damaged_byte_names_nobody(tmp_path: Path, at: int, caplog: pytest.LogCaptureFixture) -> None:
    whole = bytearray(write(tmp_path / "a.dcm", np.zeros((4, 4), np.int16)).read_bytes())
    at %= len(whole)
    for value in (0x00, 0xFF, whole[at] ^ 0x20):
        whole[at] = value
        (tmp_path / "b.dcm").write_bytes(whole)
        assert_nobody(said_by(lambda: read_image(tmp_path / "b.dcm"), caplog))


def test_the_library_itself_would_have_named_the_patient(tmp_path: Path) -> None:
    # That the tests above can fail: pydicom's own words for such a file hold the value.
    ds = dataset(np.zeros((4, 4), np.int16))
    planted(ds, "SOPClassUID")
    with pytest.warns(UserWarning, match="Invalid value for VR UI: 'Quirrell"):
        _ = ds.SOPClassUID


# Groups of one patient.


def test_a_group_is_the_patients_and_nothing_of_the_patient(tmp_path: Path) -> None:
    array = np.zeros((4, 4), np.int16)
    one = patient_group(write(tmp_path / "1.dcm", array), SALT)
    assert one is not None and one.startswith("patient-") and len(one) == 24
    assert patient_group(write(tmp_path / "2.dcm", array, number=2), SALT) == one
    assert patient_group(write(tmp_path / "3.dcm", array, PatientID=f" {PLANTED['PatientID']} "), SALT) == one
    others = [
        patient_group(write(tmp_path / "4.dcm", array, PatientID="PLANTED-772"), SALT),
        patient_group(write(tmp_path / "5.dcm", array, IssuerOfPatientID="Another"), SALT),
        patient_group(tmp_path / "1.dcm", SALT[::-1]),
    ]
    assert len({one, *others}) == 4
    assert_nobody(repr([one, *others]))


def test_who_is_not_named_has_no_group(tmp_path: Path) -> None:
    for name in ("", "Anonymous^^", "^", "unknown^patient", "XXXX"):
        nobody = write(tmp_path / "a.dcm", np.zeros((4, 4), np.int16), PatientID="", PatientName=name)
        assert patient_group(nobody, SALT) is None
    (tmp_path / "b.dcm").write_text("no DICOM")
    assert patient_group(tmp_path / "b.dcm", SALT) is None


def test_who_has_a_name_alone_is_grouped_by_it(tmp_path: Path) -> None:
    def group(name: str, **more: str) -> str | None:
        return patient_group(
            write(tmp_path / "a.dcm", np.zeros((4, 4), np.int16), PatientName=name, **{"PatientID": "", **more}), SALT
        )

    one = group("Quirrell^Wilhelmina")
    assert one is not None and one == group("QUIRRELL^Wilhelmina^^") == group("Quirrell^Wilhelmina ")
    assert one == group("Quirrell^Wilhelmina", IssuerOfPatientID="")
    others = [group("Ollivander^Garrick"), group("Anon-17"), group("x", PatientID="quirrell^wilhelmina")]
    assert None not in others and len({one, *others}) == 4
    assert_nobody(repr([one, *others]))


def test_a_folder_of_two_patients_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for i in range(2):
        write(tmp_path / f"{i}.dcm", np.zeros((4, 4), np.int16), PatientID=f"PLANTED-77{i}")
    with pytest.raises(InputError, match="holds files of 2 patients; give each a folder") as caught:
        patient_group(tmp_path, SALT)
    assert "PLANTED" not in str(caught.value)


def test_a_short_salt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 16 bytes, got 4"):
        patient_group(tmp_path / "a.dcm", b"salt")
