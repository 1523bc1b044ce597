import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pathlib import Path

from pydicom.dataset import Dataset
from tests.imaging.dicom.planted_files import enhanced, save, write

from angiogram.errors import InputError
from angiogram.imaging.dicom.voi import FileWindow
from angiogram.imaging.read import Preparation, read_image
from angiogram.imaging.window import Window

RAMP = np.arange(-512, 512, dtype=np.int16).reshape(32, 32)


def by_the_standard(x: float, c: float, w: float) -> float:
    """PS3.3 C.11.2.1.2.1, its pseudo-code word for word, output range 0..255."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0
    if x > c - 0.5 + (w - 1) / 2:
        return 255
    return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255


@given(st.integers(-100, 100), st.integers(1, 300), st.lists(st.integers(-400, 400), min_size=1, max_size=20))
def test_linear_is_the_standards_pseudo_code(centre: int, width: int, values: list[int]) -> None:
    grey = FileWindow(centre, width, "LINEAR").grey(np.array(values))
    expected = np.rint([by_the_standard(x, centre, width) for x in values])
    np.testing.assert_array_equal(grey, expected)


def test_a_soft_tissue_window_as_published(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, WindowCenter=40, WindowWidth=400)
    image = read_image(path)
    at = {int(v): int(g) for v, g in zip(RAMP.ravel(), image.pixels.ravel(), strict=True)}
    assert (at[-128], at[65], at[194]) == (20, 144, 226)
    assert "the file's window, centre 40 width 400, linear, to grey 0..255" in image.made


def test_linear_exact_and_linear_differ_as_the_standard_says() -> None:
    values = np.array([0, 1, 2])
    assert FileWindow(1, 2, "LINEAR").grey(values).tolist() == [0, 255, 255]
    assert FileWindow(1, 2, "LINEAR_EXACT").grey(values).tolist() == [0, 128, 255]


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")  # we write what is not allowed
@pytest.mark.parametrize("said", ["SIGMOID", "sigmoid", "SIGMOID ", " Sigmoid"])
def test_a_sigmoid_however_it_is_written(tmp_path: Path, said: str) -> None:
    path = write(tmp_path / "a.dcm", RAMP, WindowCenter=40, WindowWidth=400, VOILUTFunction=said)
    image = read_image(path)
    expected = np.rint(255 / (1 + np.exp(-4 * (RAMP - 40.0) / 400)))
    np.testing.assert_array_equal(image.pixels, expected)
    assert "the file's window, centre 40 width 400, sigmoid, to grey 0..255" in image.made


@pytest.mark.parametrize("width", [0, -5, 0.5])
def test_a_window_that_is_not_allowed_is_passed_over_and_said(tmp_path: Path, width: float) -> None:
    image = read_image(write(tmp_path / "a.dcm", RAMP, WindowCenter=40, WindowWidth=width))
    assert image.made[1:3] == (
        f"the file's window of width {width:g} is not allowed",
        "own range -512..511 to grey 0..255",
    )
    second = read_image(write(tmp_path / "b.dcm", RAMP, WindowCenter=[40, 50], WindowWidth=[width, 100]))
    assert "the file's window, centre 50 width 100, linear, to grey 0..255" in second.made


def test_half_a_unit_wide_is_allowed_where_the_function_is_exact() -> None:
    assert FileWindow(0, 0.5, "LINEAR_EXACT").is_allowed
    assert not FileWindow(0, 0.5, "LINEAR").is_allowed
    assert not FileWindow(0, 0.0, "SIGMOID").is_allowed


def test_an_unknown_function_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, WindowCenter=40, WindowWidth=400, VOILUTFunction="CUBIC")
    with pytest.raises(InputError, match=r"a\.dcm' has a VOI LUT function that the standard does not know\."):
        read_image(path)


def table(first: int, entries: list[int], bits: int) -> Dataset:
    item = Dataset()
    item.LUTDescriptor = [len(entries), first, bits]
    item["LUTDescriptor"].VR = "US"
    item.LUTData = entries
    item["LUTData"].VR = "US"
    return item


def test_a_table_goes_before_the_window_beside_it(tmp_path: Path) -> None:
    stored = np.array([[0, 10, 11, 12, 99]], np.uint16)
    path = write(
        tmp_path / "a.dcm",
        stored,
        VOILUTSequence=[table(10, [0, 2048, 4095], 12)],
        WindowCenter=40,
        WindowWidth=400,
    )
    image = read_image(path)
    assert image.pixels.tolist() == [[0, 0, 128, 255, 255]]
    assert image.made[1:3] == (
        "the file's window beside its table is not used",
        "VOI table of 3 entries to grey 0..255",
    )


def test_a_tables_first_input_may_be_negative(tmp_path: Path) -> None:
    stored = np.array([[-101, -100, -99, 0]], np.int16)
    path = write(tmp_path / "a.dcm", stored, VOILUTSequence=[table(2**16 - 100, [0, 128, 255], 8)])
    assert read_image(path).pixels.tolist() == [[0, 0, 128, 255]]


def test_a_table_of_another_length_is_refused(tmp_path: Path) -> None:
    broken = table(0, [0, 1, 2], 8)
    broken.LUTDescriptor = [4, 0, 8]
    broken["LUTDescriptor"].VR = "US"
    path = write(tmp_path / "a.dcm", np.zeros((2, 2), np.uint16), VOILUTSequence=[broken])
    with pytest.raises(InputError, match="look-up table of another length than it says"):
        read_image(path)


def test_the_window_asked_for_takes_the_place_of_the_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, WindowCenter=0, WindowWidth=10, RescaleSlope=1, RescaleIntercept=-100)
    image = read_image(path, Preparation.parse(window="lung"))
    np.testing.assert_array_equal(image.pixels, Window(-1350, 150).grey(RAMP - 100.0))
    assert image.made[1:3] == ("times 1 plus -100 to HU", "window lung -1350..150 HU to grey 0..255")


def test_a_window_in_hounsfield_units_needs_them(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, Modality="MR")
    with pytest.raises(InputError, match=r"a\.dcm' is not in HU, which the window 'lung' is in; give CENTRE/WIDTH"):
        read_image(path, Preparation.parse(window="lung"))
    assert read_image(path, Preparation.parse(window="40/400")).made[1] == "window -160..240 to grey 0..255"


def test_a_frame_has_its_own_window(tmp_path: Path) -> None:
    path = save(enhanced(np.zeros((3, 4, 4), np.int16), [0, 9, 18]), tmp_path / "a.dcm")
    assert "the file's window, centre 40 width 400, linear, to grey 0..255" in read_image(path).made
