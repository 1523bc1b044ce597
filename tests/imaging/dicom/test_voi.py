import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian
from tests.imaging.dicom.planted_files import dataset, enhanced, save, write

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


def test_the_first_sound_table_is_taken_and_the_others_are_said(tmp_path: Path) -> None:
    broken = table(0, [0, 1, 2], 8)
    broken.LUTDescriptor = [4, 0, 8]
    broken["LUTDescriptor"].VR = "US"
    stored = np.array([[0, 10, 11, 12, 99]], np.uint16)
    tables = [broken, table(10, [0, 2048, 4095], 12), table(0, [0, 255], 8)]
    image = read_image(write(tmp_path / "a.dcm", stored, VOILUTSequence=tables))
    assert image.pixels.tolist() == [[0, 0, 128, 255, 255]]
    assert image.made[1:4] == (
        "a VOI table is passed over: the file has a look-up table of another length than it says",
        "1 further VOI table of the file not used",
        "VOI table of 3 entries to grey 0..255",
    )


def test_a_window_takes_the_place_of_broken_tables(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, VOILUTSequence=[Dataset()], WindowCenter=40, WindowWidth=400)
    assert read_image(path).made[1:3] == (
        "a VOI table is passed over: the file has a look-up table without descriptor or data",
        "the file's window, centre 40 width 400, linear, to grey 0..255",
    )


@pytest.mark.parametrize(("bits", "data"), [(16, "u2"), (8, "u2"), (8, "u1")])
@pytest.mark.parametrize("keyword", ["VOILUTSequence", "ModalityLUTSequence"])
def test_a_table_in_the_other_byte_order(tmp_path: Path, keyword: str, bits: int, data: str) -> None:
    entries = np.array([0, 10, 100, 200])
    entries = entries * 257 + 1 if bits == 16 else entries  # + 1: turned round they are others
    images = []
    for order, syntax in (("<", ExplicitVRLittleEndian), (">", ExplicitVRBigEndian)):
        held = entries.astype(f"{order}{data}").tobytes()
        if data == "u1" and order == ">":  # OW is words: each is turned round
            held = np.frombuffer(held, "<u2").astype(">u2").tobytes()
        item = Dataset()
        item.add_new("LUTDescriptor", "US", [4, 0, bits])
        item.add_new("LUTData", "OW", held)
        ds = dataset(np.arange(4, dtype=f"{order}u2").reshape(2, 2), **{keyword: [item]})
        ds.file_meta.TransferSyntaxUID = syntax
        images.append(read_image(save(ds, tmp_path / f"{'le' if order == '<' else 'be'}.dcm")))
    assert images[0].made == images[1].made
    if keyword == "VOILUTSequence":
        assert images[0].pixels.tolist() == [[0, 10], [100, 200]]
    np.testing.assert_array_equal(images[0].pixels, images[1].pixels)


def test_the_sign_of_a_tables_first_input_is_told_by_the_header_not_by_the_frame(tmp_path: Path) -> None:
    # From -100; no value here is below 0, and those of another frame may be.
    path = write(
        tmp_path / "a.dcm",
        np.array([[1024, 1124]], np.uint16),
        VOILUTSequence=[table(2**16 - 100, list(range(202)), 8)],
        RescaleSlope=1,
        RescaleIntercept=-1024,
    )
    assert read_image(path).pixels.tolist() == [[100, 200]]


def test_other_windows_of_a_header_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, WindowCenter=[40, 300, 40], WindowWidth=[400, 1500, 400])
    assert read_image(path).made[1:3] == (
        "the file's other windows are not used: centre 300 width 1500",
        "the file's window, centre 40 width 400, linear, to grey 0..255",
    )
    many = write(tmp_path / "b.dcm", RAMP, WindowCenter=list(range(9)), WindowWidth=[100] * 9)
    said = read_image(many).made[1]
    assert said.endswith("centre 3 width 100, centre 4 width 100, and 4 more")


def test_the_window_asked_for_takes_the_place_of_the_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, WindowCenter=0, WindowWidth=10, RescaleSlope=1, RescaleIntercept=-100)
    image = read_image(path, Preparation.parse(window="lung"))
    np.testing.assert_array_equal(image.pixels, Window(-1350, 150).grey(RAMP - 100.0))
    assert image.made[1:3] == ("times 1 plus -100 to HU", "window lung -1350..150 HU to grey 0..255")


def test_a_window_in_hounsfield_units_needs_them(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP, Modality="MR")
    with pytest.raises(
        InputError, match=r"a\.dcm' is not said to be in HU, which the window 'lung' is in; give CENTRE/WIDTH"
    ):
        read_image(path, Preparation.parse(window="lung"))
    assert read_image(path, Preparation.parse(window="40/400")).made[1] == "window -160..240 to grey 0..255"


CT, SCREEN = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7"


@pytest.mark.parametrize(
    ("kind", "header", "hounsfield"),
    [
        (CT, {}, False),
        (CT, {"RescaleSlope": 1}, False),
        (CT, {"RescaleSlope": 1, "RescaleIntercept": 0}, True),
        (CT, {"RescaleSlope": 2, "RescaleIntercept": -1024, "RescaleType": "US"}, True),
        (CT, {"RescaleType": "HU"}, True),
        (CT, {"RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "Z_EFF"}, False),
        (SCREEN, {}, False),
        (SCREEN, {"RescaleSlope": 2, "RescaleIntercept": -1024, "RescaleType": "HU"}, False),
        (f"{SCREEN}.2", {"RescaleSlope": 2, "RescaleIntercept": -1024}, False),
    ],
)
def test_hounsfield_units_are_those_of_a_ct_that_says_so(
    tmp_path: Path, kind: str, header: dict[str, object], hounsfield: bool
) -> None:
    path = write(tmp_path / "a.dcm", RAMP, kind, **{"Modality": "CT"} | header)
    made = read_image(path, Preparation.parse(window="40/400")).made
    assert any(step.startswith("window -160..240") and ("HU" in step) == hounsfield for step in made)
    assert any("to HU" in step for step in made) == (hounsfield and header.get("RescaleSlope") == 2)
    if hounsfield:
        assert "window lung" in " ".join(read_image(path, Preparation.parse(window="lung")).made)
    else:
        with pytest.raises(InputError, match=r"a\.dcm' is not said to be in HU"):
            read_image(path, Preparation.parse(window="lung"))


@pytest.mark.parametrize(("unit", "hounsfield"), [("HU", True), ("US", False), (None, False)])
def test_a_modality_table_says_its_unit_itself(tmp_path: Path, unit: str | None, hounsfield: bool) -> None:
    item = table(0, [0, 1000], 16)
    if unit:
        item.ModalityLUTType = unit
    path = write(tmp_path / "a.dcm", np.zeros((2, 2), np.uint16), ModalityLUTSequence=[item], RescaleSlope=1)
    made = read_image(path, Preparation.parse(window="40/400")).made
    assert ("window -160..240 HU to grey 0..255" in made) == hounsfield


def test_a_frame_has_its_own_window(tmp_path: Path) -> None:
    path = save(enhanced(np.zeros((3, 4, 4), np.int16), [0, 9, 18]), tmp_path / "a.dcm")
    assert "the file's window, centre 40 width 400, linear, to grey 0..255" in read_image(path).made
