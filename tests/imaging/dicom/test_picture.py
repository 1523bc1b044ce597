import numpy as np
import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian, MRImageStorage
from tests.imaging.dicom.planted_files import dataset, save, wheel_file, write

from angiogram.data.intake import content_hash
from angiogram.errors import InputError
from angiogram.imaging.dicom.padding import padding
from angiogram.imaging.dicom.picture import BURNED_IN
from angiogram.imaging.read import Preparation, read_image

RAMP8 = np.arange(256, dtype=np.uint8).reshape(16, 16)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("window", [False, True])
@pytest.mark.parametrize("shape", [None, "INVERSE"])
def test_monochrome_1_is_inverted_once(tmp_path: Path, dtype: type, window: bool, shape: str | None) -> None:
    ramp = RAMP8.astype(dtype)
    shown = {"WindowCenter": 128, "WindowWidth": 100} if window else {}
    same = shown | ({"PresentationLUTShape": shape} if shape else {})
    plain = read_image(write(tmp_path / "a.dcm", ramp, **shown))
    inverted = read_image(write(tmp_path / "b.dcm", ramp, **same, PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_array_equal(inverted.pixels, 255 - plain.pixels)
    assert inverted.pixels[0, 0] == 255
    assert inverted.made.count("inverted (MONOCHROME1)") == 1
    assert inverted.made.index("inverted (MONOCHROME1)") == len(plain.made)


@pytest.mark.parametrize(("slope", "first"), [(2, 0), (-2, 255), (0.001, 0)])
def test_rescaling_is_done_once_and_in_float(tmp_path: Path, slope: float, first: int) -> None:
    stored = np.arange(16, dtype=np.int16).reshape(4, 4)
    image = read_image(write(tmp_path / "a.dcm", stored, RescaleSlope=slope, RescaleIntercept=-1000))
    low, high = sorted((-1000, 15 * slope - 1000))
    expected = np.rint((stored * slope - 1000 - low) / (high - low) * 255)
    assert np.abs(image.pixels.astype(int) - expected).max() <= 1  # float32 near 1000
    assert image.pixels[0, 0] == first
    assert f"times {slope:g} plus -1000 to HU" in image.made


def test_a_slope_of_zero_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.dcm' has a rescale slope of 0\."):
        read_image(write(tmp_path / "a.dcm", RAMP8, RescaleSlope=0, RescaleIntercept=0))


def test_a_modality_table_stands_in_place_of_slope_and_intercept(tmp_path: Path) -> None:
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [3, 1, 16], [10, 20, 40]
    item["LUTDescriptor"].VR = item["LUTData"].VR = "US"
    stored = np.array([[0, 1, 2, 3, 9]], np.uint16)
    image = read_image(write(tmp_path / "a.dcm", stored, ModalityLUTSequence=[item], RescaleSlope=7))
    assert image.made[1:3] == ("modality table of 3 entries", "own range 10..40 to grey 0..255")
    assert image.pixels.tolist() == [[0, 0, 85, 255, 255]]


def test_padding_does_not_count_for_the_own_range(tmp_path: Path) -> None:
    stored = np.array([[-2000, -2000, 0, 60, 100]], np.int16)
    image = read_image(write(tmp_path / "a.dcm", stored, PixelPaddingValue=-2000))
    assert image.pixels.tolist() == [[0, 0, 0, 153, 255]]
    assert "own range 0..100 to grey 0..255" in image.made


@pytest.mark.parametrize("window", [{}, {"WindowCenter": 50, "WindowWidth": 100}])
def test_padding_is_dark_also_where_low_values_are_bright(tmp_path: Path, window: dict[str, int]) -> None:
    stored = np.array([[-2000, 0, 60, 100]], np.int16)
    header = {"PixelPaddingValue": -2000, "PhotometricInterpretation": "MONOCHROME1"}
    image = read_image(write(tmp_path / "a.dcm", stored, **header, **window))
    assert image.pixels[0, 0] == image.pixels.min() == 0
    assert image.values is not None and image.values[0, 0] == image.values.min()
    assert "padding taken for the darkest value of its slice" in image.made


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(
    ("dtype", "padding", "vr"),
    [(np.int16, 63536, "US"), (np.int16, -2000, "SS"), (np.uint16, -2000, "SS"), (np.uint16, 63536, "US")],
)
def test_padding_is_known_by_its_bits_whatever_sign_its_value_is_given(
    tmp_path: Path, dtype: type, padding: int, vr: str, implicit: bool
) -> None:
    ds = dataset(np.array([[-2000, 0, 60, 100]]).astype(dtype))
    ds.add_new("PixelPaddingValue", vr, padding)
    if implicit:
        ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    image = read_image(save(ds, tmp_path / "a.dcm"))
    assert image.pixels.tolist() == [[0, 0, 153, 255]]


@pytest.mark.parametrize(("value", "limit"), [(63536, 64536), (64536, 63536), (-2000, -1000), (63536, -1000)])
def test_a_range_of_padding_is_known_in_the_same_way(tmp_path: Path, value: int, limit: int) -> None:
    ds = dataset(np.array([[-2001, -2000, -1500, -1000, -999]], np.int16))
    for keyword, number in (("PixelPaddingValue", value), ("PixelPaddingRangeLimit", limit)):
        ds.add_new(keyword, "US" if number > 0 else "SS", number)
    found = padding(ds, np.array([[-2001, -2000, -1500, -1000, -999]], np.int16))
    assert found.tolist() == [[False, True, True, True, False]]


def test_a_padding_value_of_bits_that_no_sample_has_is_none(tmp_path: Path) -> None:
    ds = dataset(np.zeros((1, 2), np.uint8))
    ds.add_new("PixelPaddingValue", "US", 256)
    assert not padding(ds, np.zeros((1, 2), np.uint8)).any()


# As dcmtk 3.6.7 (dcmj2pnm) gives them, which shares no code with the decoders here; all pixels of these files were
# compared, and none was further from it than the last number.
COLOURS = [
    ("examples_palette.dcm", (95, 175), (1, 1, 1), 1),
    ("ExplVR_BigEnd.dcm", (30, 40), (255, 255, 0), 0),
    ("SC_ybr_full_422_uncompressed.dcm", (5, 50), (254, 0, 0), 1),
    ("SC_ybr_full_422_uncompressed.dcm", (45, 50), (0, 0, 254), 1),
    ("SC_rgb_small_odd.dcm", (1, 1), (63, 87, 176), 0),
    ("SC_rgb_small_odd_jpeg.dcm", (1, 1), (62, 87, 179), 0),
    ("SC_rgb_jpeg_dcmtk.dcm", (45, 50), (0, 0, 254), 0),
    ("SC_rgb_dcmtk_+eb+cy+s4.dcm", (45, 50), (0, 0, 254), 0),
    ("SC_rgb_rle_16bit.dcm", (45, 50), (0, 0, 255), 0),
]


@pytest.mark.parametrize(("name", "at", "colour", "apart"), COLOURS)
def test_colours_are_those_of_another_reader(
    name: str, at: tuple[int, int], colour: tuple[int, int, int], apart: int
) -> None:
    pixels = read_image(wheel_file(name)).pixels
    assert np.abs(pixels[at].astype(int) - colour).max() <= apart


def test_words_that_name_their_colour() -> None:
    # The picture says red, green and blue, in these colours, one below the other; GDCM gives the same at every pixel.
    pixels = read_image(wheel_file("GDCMJ2K_TextGBR.dcm")).pixels.astype(int)
    red, green, blue = ((pixels == colour).all(axis=2).any(axis=1).nonzero()[0].mean() for colour in np.eye(3) * 255)
    assert red < green < blue


def test_deep_colours_become_eight_bits(tmp_path: Path) -> None:
    deep = np.zeros((2, 2, 3), np.uint16)
    deep[0, 0] = (65535, 32768, 0)
    image = read_image(write(tmp_path / "a.dcm", deep))
    assert image.pixels[0, 0].tolist() == [255, 128, 0]
    assert "16 bits a channel to 8" in image.made


def test_deep_colours_are_kept_beside_their_eight_bits(tmp_path: Path) -> None:
    deep = np.full((2, 2, 3), 512, np.uint16)
    one = read_image(write(tmp_path / "a.dcm", deep))
    deep[0, 0, 1] = 515
    other = read_image(write(tmp_path / "b.dcm", deep))
    np.testing.assert_array_equal(one.pixels, other.pixels)
    assert other.values is not None
    np.testing.assert_array_equal(other.values, deep)
    assert content_hash(one) != content_hash(other)


def test_colours_of_eight_bits_that_are_only_spread_over_sixteen_are_no_deeper(tmp_path: Path) -> None:
    plain = np.random.default_rng(0).integers(0, 256, (4, 4, 3))
    one = read_image(write(tmp_path / "a.dcm", plain.astype(np.uint8)))
    other = read_image(write(tmp_path / "b.dcm", (plain * 257).astype(np.uint16)))
    assert other.values is None and content_hash(one) == content_hash(other)


def palette(ds: dict[str, object], entries: np.ndarray) -> dict[str, object]:
    for colour, column in zip(("Red", "Green", "Blue"), entries.T, strict=True):
        ds[f"{colour}PaletteColorLookupTableDescriptor"] = [len(column), 0, 16]
        ds[f"{colour}PaletteColorLookupTableData"] = column.astype("<u2").tobytes()
    return ds | {"PhotometricInterpretation": "PALETTE COLOR"}


@pytest.mark.parametrize("scale", [257, 1])
def test_a_palette_in_16_bit_entries_scaled_or_not(tmp_path: Path, scale: int) -> None:
    entries = np.array([[0, 0, 0], [10, 200, 30], [255, 0, 128]]) * scale
    path = write(tmp_path / "a.dcm", np.array([[0, 1], [1, 2]], np.uint8), **palette({}, entries))
    image = read_image(path)
    assert image.pixels.tolist() == [[[0, 0, 0], [10, 200, 30]], [[10, 200, 30], [255, 0, 128]]]
    assert "palette to RGB" in image.made


def test_a_dark_picture_of_a_deep_palette_stays_dark(tmp_path: Path) -> None:
    entries = np.array([[200, 200, 200], [65535, 65535, 65535]])  # the second is not used
    path = write(tmp_path / "a.dcm", np.zeros((2, 2), np.uint8), **palette({}, entries))
    assert read_image(path).pixels.max() == 1


def test_deep_entries_of_a_palette_are_kept_too(tmp_path: Path) -> None:
    hashes = []
    for last in (512, 515):
        entries = np.array([[512, 512, 512], [last, 512, 512], [65535, 65535, 65535]])
        path = write(tmp_path / f"{last}.dcm", np.array([[0, 1]], np.uint8), **palette({}, entries))
        hashes.append(content_hash(read_image(path)))
    assert hashes[0] != hashes[1]


def test_a_palette_in_segments(tmp_path: Path) -> None:
    # Discrete: 0, count, entries; linear: 1, count, last entry (PS3.3 C.7.9.2): 0, then four more up to 65535.
    segments = np.array([0, 1, 0, 1, 4, 65535], "<u2").tobytes()
    header = {f"{colour}PaletteColorLookupTableDescriptor": [5, 0, 16] for colour in ("Red", "Green", "Blue")}
    data = {f"Segmented{colour}PaletteColorLookupTableData": segments for colour in ("Red", "Green", "Blue")}
    stored = np.arange(6, dtype=np.uint8).reshape(1, 6)
    path = write(tmp_path / "a.dcm", stored, PhotometricInterpretation="PALETTE COLOR", **header, **data)
    assert read_image(path).pixels[0, :, 1].tolist() == [0, 64, 128, 191, 255, 255]


def test_a_palette_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP8, PhotometricInterpretation="PALETTE COLOR")
    with pytest.raises(InputError, match=r"a\.dcm' has a palette that is missing or cannot be read\."):
        read_image(path)


def test_there_is_no_window_for_colours(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(InputError, match=r"a\.dcm' is in colour, for which there is no window\."):
        read_image(path, Preparation.parse(window="40/400"))


@pytest.mark.parametrize(("spacing", "size"), [([0.5, 2.0], (8, 48)), ([2.0, 0.5], (32, 12)), ([1.0, 1.0], (8, 12))])
def test_the_first_spacing_is_that_of_the_rows(tmp_path: Path, spacing: list[float], size: tuple[int, int]) -> None:
    image = read_image(write(tmp_path / "a.dcm", np.zeros((8, 12), np.int16), PixelSpacing=spacing))
    assert image.pixels.shape == size
    made_square = f"pixels of {spacing[0]:g} x {spacing[1]:g} mm made square, {min(spacing):g} mm"
    assert (made_square in image.made) == (size != (8, 12))


def test_an_absurd_spacing_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", np.zeros((8, 12), np.int16), PixelSpacing=[1e-7, 1.0])
    with pytest.raises(InputError, match=r"a\.dcm' cannot be shown: Pixels of 1e-07 x 1 mm"):
        read_image(path)


@pytest.mark.parametrize(
    ("directions", "said"),
    [
        ([1, 0, 0, 0, 1, 0], "the patient's right is on the left of the picture, anterior at the top"),
        ([-1, 0, 0, 0, 1, 0], "the patient's left is on the left of the picture, anterior at the top"),
        ([0, 1, 0, 0, 0, -1], "anterior is on the left of the picture, superior at the top"),
        ([1, 0, 0, 0, 0, -1], "the patient's right is on the left of the picture, superior at the top"),
    ],
)
def test_a_single_file_is_shown_as_stored_and_says_which_side_is_where(
    tmp_path: Path, directions: list[int], said: str
) -> None:
    stored = np.arange(24, dtype=np.int16).reshape(4, 6)
    image = read_image(write(tmp_path / "a.dcm", stored, ImageOrientationPatient=directions))
    assert image.made[-1] == f"as stored: {said}"
    assert (np.diff(image.pixels.astype(int).ravel()) > 0).all()


def test_a_radiograph_says_its_sides_in_letters(tmp_path: Path) -> None:
    image = read_image(write(tmp_path / "a.dcm", RAMP8, PatientOrientation=["L", "F"]))
    assert image.made[-1] == "as stored: the patient's right is on the left of the picture, superior at the top"


def test_another_plane_than_the_files_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP8, ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    assert read_image(path, Preparation.parse(plane="sagittal")).pixels.shape == (16, 16)
    with pytest.raises(InputError, match=r"a\.dcm' is sagittal, and 'axial' is asked for\."):
        read_image(path, Preparation.parse(plane="axial"))
    with pytest.raises(InputError, match="does not say which plane it shows"):
        read_image(write(tmp_path / "b.dcm", RAMP8), Preparation.parse(plane="axial"))


PLACED = {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [1, 1]}


@pytest.mark.parametrize("header", [{}, PLACED], ids=["radiograph", "slice"])
@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"slice": "5"}, r"a\.dcm' cannot be shown: There is no slice 5; there is one, 0\."),
        ({"slice": "above 9999"}, r"a\.dcm' cannot be shown: No slice has a value above 9999\."),
        ({"series": "7"}, r"a\.dcm' is one series, and '7' asks for number 7\."),
        ({"series": "largest 2"}, "is one series, and 'largest 2' asks for number 2"),
        ({"series": "sagittal"}, "and 'sagittal' is asked for"),
    ],
)
def test_the_rules_must_fit_a_file_of_one_frame(
    tmp_path: Path, header: dict[str, object], rule: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_image(write(tmp_path / "a.dcm", RAMP8, **header), Preparation.parse(**rule))


def test_rules_that_fit_a_file_of_one_frame(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", RAMP8, **PLACED)
    plain = read_image(path).made
    for rule in ({"slice": "0"}, {"slice": "middle"}, {"series": "1"}, {"series": "axial largest thinnest"}):
        assert read_image(path, Preparation.parse(**rule)).made == plain
    assert "frame 0 of 0..0 (the most above 100)" in read_image(path, Preparation.parse(slice="above 100")).made


def test_burned_in_text_is_said(tmp_path: Path) -> None:
    assert BURNED_IN in read_image(write(tmp_path / "a.dcm", RAMP8, BurnedInAnnotation="YES")).made
    assert BURNED_IN not in read_image(write(tmp_path / "b.dcm", RAMP8, BurnedInAnnotation="NO")).made


def test_every_step_is_said_in_its_order(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.dcm",
        np.arange(24, dtype=np.int16).reshape(4, 6),
        kind=MRImageStorage,
        RescaleSlope=2,
        RescaleIntercept=1,
        WindowCenter=20,
        WindowWidth=30,
        PhotometricInterpretation="MONOCHROME1",
        PixelSpacing=[1, 2],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        BurnedInAnnotation="YES",
    )
    assert read_image(path).made == (
        "DICOM MR, uncompressed",
        "times 2 plus 1",
        "the file's window, centre 20 width 30, linear, to grey 0..255",
        "inverted (MONOCHROME1)",
        "pixels of 1 x 2 mm made square, 1 mm",
        "as stored: the patient's right is on the left of the picture, anterior at the top",
        BURNED_IN,
    )


def test_a_position_that_is_nowhere_is_one_sentence(tmp_path: Path) -> None:
    place = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [1, 1]}
    (tmp_path / "set").mkdir()
    write(tmp_path / "set" / "a.dcm", np.zeros((4, 4), np.uint8), ImagePositionPatient=["1e300", 0, 0], **place)
    with pytest.raises(InputError, match="it has an ImagePositionPatient that is nowhere near a scanner"):
        read_image(tmp_path / "set")
