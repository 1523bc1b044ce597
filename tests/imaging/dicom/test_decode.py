import numpy as np
import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import UID, JPEGLSLossless
from tests.imaging.dicom.planted_files import dataset, save, wheel_file, write

from angiogram.errors import InputError
from angiogram.imaging.dicom.decode import pixels
from angiogram.imaging.dicom.file import open_dicom
from angiogram.imaging.dicom.unfit import attempt
from angiogram.imaging.read import read_image


def by_gdcm(path: Path) -> np.ndarray:
    """Stored values of one frame by GDCM's own reader, which pydicom's decoders for these syntaxes do not use."""
    gdcm = pytest.importorskip("gdcm")
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    image = reader.GetImage()
    kind = image.GetPixelFormat()
    kinds = {"UINT8": "u1", "INT8": "i1", "UINT16": "u2", "INT16": "i2", "UINT12": "u2", "INT12": "i2"}
    columns, rows = image.GetDimensions()[:2]
    held = image.GetBuffer().encode("utf-8", "surrogateescape")
    return np.frombuffer(held, kinds[kind.GetScalarTypeAsString()])[: rows * columns].reshape(rows, columns)


# Rows of intake.md on sign and depth, and each compressed syntax that has a grey file in the wheel.
GREY = [
    "693_J2KI.dcm",  # JPEG 2000, 14 bits of 16, signed
    "JPEGLSNearLossless_16.dcm",
    "JPEGLSNearLossless_08.dcm",
    "JPEG2000.dcm",
    "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_padded.dcm",
    "CT_small.dcm",
    "image_dfl.dcm",
    "examples_overlay.dcm",
]


@pytest.mark.parametrize("name", GREY)
def test_values_are_those_of_an_independent_reader(name: str) -> None:
    found = pixels(open_dicom(wheel_file(name)), 0).array
    np.testing.assert_array_equal(found, by_gdcm(wheel_file(name)))


def test_a_codestream_that_denies_its_sign() -> None:
    # The header says 13 signed bits, the JPEG 2000 stream unsigned ones: what lies around a CT is -2000, not 6192.
    found = pixels(open_dicom(wheel_file("J2K_pixelrep_mismatch.dcm")), 0).array
    assert (found[0, 0], found[511, 511]) == (-2000, -2000)
    unsigned = by_gdcm(wheel_file("J2K_pixelrep_mismatch.dcm")).astype(int)  # takes the stream's word
    np.testing.assert_array_equal(found, np.where(unsigned >= 4096, unsigned - 8192, unsigned))


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("rubbish", [0x0000, 0x8000, 0xF000, 0x5000])
def test_what_lies_above_the_stored_bits_is_no_value(tmp_path: Path, signed: bool, rubbish: int) -> None:
    values = np.arange(-6, 6) if signed else np.arange(12)
    stored = ((values & 0x0FFF) | rubbish).astype(np.uint16).reshape(3, 4)
    path = write(tmp_path / "a.dcm", stored, BitsStored=12, HighBit=11, PixelRepresentation=int(signed))
    np.testing.assert_array_equal(pixels(open_dicom(path), 0).array.ravel(), values)
    np.testing.assert_array_equal(by_gdcm(path).ravel(), values)


@pytest.mark.parametrize("signed", [False, True])
def test_nor_is_it_in_a_compressed_frame_of_more_bits(tmp_path: Path, signed: bool) -> None:
    # A JPEG-LS stream of 16 bits under a header of 12. pydicom and GDCM leave the upper bits in; dcmtk 3.6.7, which it
    # was compared with, clears them.
    jpeg_ls = pytest.importorskip("jpeg_ls")
    values = np.arange(-2048, 2048) if signed else np.arange(4096)
    rubbish = np.where(np.arange(4096) % 2, 0x5000, 0)
    stored = ((values & 0x0FFF) | rubbish).astype(np.uint16).reshape(64, 64)
    ds = dataset(stored, BitsStored=12, HighBit=11, PixelRepresentation=int(signed))
    ds.file_meta.TransferSyntaxUID = JPEGLSLossless
    ds.PixelData = encapsulate([bytes(jpeg_ls.encode_array(stored))])
    ds["PixelData"].is_undefined_length = True
    found = pixels(open_dicom(save(ds, tmp_path / "a.dcm")), 0).array
    np.testing.assert_array_equal(found.ravel(), values)


@pytest.mark.parametrize("signed", [False, True])
def test_samples_that_do_not_begin_at_the_lowest_bit(tmp_path: Path, signed: bool) -> None:
    values = np.arange(-6, 6) if signed else np.arange(12)
    stored = (((values & 0x0FFF) << 4) | 0x000A).astype(np.uint16).reshape(3, 4)
    path = write(tmp_path / "a.dcm", stored, BitsStored=12, HighBit=15, PixelRepresentation=int(signed))
    np.testing.assert_array_equal(pixels(open_dicom(path), 0).array.ravel(), values)


def test_one_bit_frames_that_end_inside_a_byte(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 2, (3, 3, 5)).astype(np.uint8)  # 15 bits a frame
    ds = dataset(frames, "1.2.840.10008.5.1.4.1.1.7.1", Modality="OT")
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 1, 1, 0
    packed = np.packbits(frames.ravel(), bitorder="little").tobytes()
    ds.PixelData = packed + b"\0" * (len(packed) % 2)
    opened = open_dicom(save(ds, tmp_path / "a.dcm"))
    for i in range(3):
        np.testing.assert_array_equal(pixels(opened, i).array, frames[i])


def test_floating_point_pixels(tmp_path: Path) -> None:
    values = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    ds = dataset(values)
    del ds.PixelData, ds.BitsStored, ds.HighBit, ds.PixelRepresentation
    ds.FloatPixelData = values.tobytes()
    np.testing.assert_array_equal(pixels(open_dicom(save(ds, tmp_path / "a.dcm")), 0).array, values)
    ds.FloatPixelData = np.full((3, 4), np.nan, np.float32).tobytes()
    with pytest.raises(InputError, match=r"b\.dcm' holds values that are not finite\."):
        read_image(save(ds, tmp_path / "b.dcm"))


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small_RLE.dcm", "SC_rgb_jpeg_dcmtk.dcm", "693_J2KI.dcm"])
@pytest.mark.parametrize("keep", [0, 4, 131, 140, 0.1, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_never_an_image(tmp_path: Path, name: str, keep: float) -> None:
    whole = wheel_file(name).read_bytes()
    path = tmp_path / "a.dcm"
    path.write_bytes(whole[: int(keep if keep >= 1 else keep * len(whole))])
    with pytest.raises(InputError, match=r"a\.dcm' .*\.$") as caught:
        read_image(path)
    assert "\n" not in str(caught.value)


def test_the_truncated_file_of_the_wheel_says_how_much_is_there() -> None:
    with pytest.raises(InputError, match=r"MR_truncated\.dcm' is truncated: it holds 8130 of 8192 bytes of pixels\."):
        read_image(wheel_file("MR_truncated.dcm"))


@pytest.mark.parametrize("count", [0, -1, 10**8])
def test_an_absurd_number_of_frames_is_refused(tmp_path: Path, count: int) -> None:
    path = write(tmp_path / "a.dcm", np.zeros((4, 4), np.uint8), NumberOfFrames=count)
    with pytest.raises(InputError, match=f"says that it holds {count} frames; 1 to 100000 are read"):
        read_image(path)


def test_more_frames_than_there_are_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", np.zeros((4, 4), np.uint8), NumberOfFrames=3)
    with pytest.raises(InputError, match="is truncated: it holds 16 of 48 bytes"):
        read_image(path)


def test_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", np.zeros((4, 4), np.uint8), Rows=65535, Columns=65535)
    with pytest.raises(InputError, match="is 65535x65535 pixels; at most 100 megapixels are read"):
        read_image(path)


@pytest.mark.parametrize(
    "name", ["SC_rgb_jpeg_gdcm.dcm", "SC_rgb_jpeg_dcmtk.dcm", "693_J2KI.dcm", "SC_rgb_jls_lossy_line.dcm"]
)
def test_a_codestream_of_another_size_is_not_decoded(tmp_path: Path, name: str) -> None:
    ds = dcmread(wheel_file(name))
    ds.Rows = ds.Rows + 1
    with pytest.raises(
        InputError, match=r"a\.dcm' is damaged, or not what it says: frame 0 is no JPEG.* of its size\."
    ):
        read_image(save(ds, tmp_path / "a.dcm"))


@pytest.mark.parametrize("name", ["SC_rgb_jpeg_gdcm.dcm", "SC_rgb_jpeg_dcmtk.dcm", "MR_small_jpeg_ls_lossless.dcm"])
def test_half_a_codestream_in_a_whole_file_is_no_image(tmp_path: Path, name: str) -> None:
    ds = dcmread(wheel_file(name))
    frame = get_frame(ds.PixelData, 0, number_of_frames=1)
    ds.PixelData = encapsulate([frame[: len(frame) // 4 * 2]])
    with pytest.raises(InputError, match=r"a\.dcm' is (truncated|damaged)"):
        read_image(save(ds, tmp_path / "a.dcm"))


def test_a_file_compressed_as_a_whole_may_not_grow_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("angiogram.imaging.dicom.file.MAX_INFLATED", 2**16)  # the file holds 256 KiB of pixels
    with pytest.raises(InputError, match=r"image_dfl\.dcm' is too large: more than 0 MiB come out of it"):
        read_image(wheel_file("image_dfl.dcm"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"BitsAllocated": 12}, "says 4x4 pixels of 1 samples of 12 bits, which is no image"),
        ({"SamplesPerPixel": 7}, "says 4x4 pixels of 7 samples of 8 bits, which is no image"),
        ({"Rows": 0}, "says 4x0 pixels of 1 samples of 8 bits, which is no image"),
        ({"BitsStored": 9}, "says that 9 bits of 8 are stored"),
        ({"PhotometricInterpretation": "HSV"}, "holds colours of a kind that is not read"),
    ],
)
def test_a_header_that_makes_no_sense_is_one_sentence(tmp_path: Path, change: dict[str, int], said: str) -> None:
    path = write(tmp_path / "a.dcm", np.zeros((4, 4), np.uint8), **change)
    with pytest.raises(InputError, match=rf"a\.dcm' {said}\."):
        read_image(path)


def test_syntaxes_that_are_not_read_say_so(tmp_path: Path) -> None:
    ds = dataset(np.zeros((4, 4), np.uint8))
    ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.100")  # MPEG2
    ds["PixelData"].is_undefined_length = True
    ds.PixelData = encapsulate([b"\0\1"])
    with pytest.raises(InputError, match="is compressed in a way that is not read"):
        read_image(save(ds, tmp_path / "a.dcm"))
    with pytest.raises(InputError, match=r"JPGExtended\.dcm' is compressed as JPEG extended with 12 bits"):
        read_image(wheel_file("JPGExtended.dcm"))


@pytest.mark.parametrize("name", ["ExplVR_LitEndNoMeta.dcm", "ExplVR_BigEndNoMeta.dcm"])
def test_without_a_file_header_the_byte_order_is_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=rf"{name}' is no image but a DICOM object without pixels \(RT Ion Plan\)"):
        read_image(wheel_file(name))


def test_no_file_header_and_no_suffix(tmp_path: Path) -> None:
    stored = np.arange(16, dtype=np.int16).reshape(4, 4)
    ds = dataset(stored)
    bare = Dataset()
    bare.update({element.tag: element for element in ds})
    bare.save_as(tmp_path / "IM0001", implicit_vr=True, little_endian=True)
    opened = open_dicom(tmp_path / "IM0001")
    np.testing.assert_array_equal(pixels(opened, 0).array, stored)


def test_every_file_of_the_wheel_is_an_image_or_set_aside_in_one_sentence() -> None:
    # Among them badVR.dcm, no_meta.dcm, rtdose.dcm, liver_1frame.dcm, structured reports, a waveform.
    files = sorted(wheel_file("CT_small.dcm").parent.glob("*.dcm"))
    read, aside = [], {}
    for path in files:
        try:
            image = read_image(path)
        except InputError as error:
            aside[path.name] = str(error)
        else:
            assert image.pixels.dtype == np.uint8 and image.pixels.ndim in (2, 3) and image.made
            read.append(path.name)
    assert len(read) + len(aside) == len(files)
    assert {"CT_small.dcm", "image_dfl.dcm", "examples_palette.dcm"} <= set(read)
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in aside.values())
    for name, reason in {
        "badVR.dcm": "is no image but a radiotherapy dose",
        "rtdose.dcm": "is no image but a radiotherapy dose",
        "liver_1frame.dcm": "is no image but a segmentation, a mask",
        "no_meta.dcm": "is not a DICOM file",  # it begins with a stray blank
        "reportsi.dcm": "is no image but a DICOM object without pixels (Basic Text SR)",
        "waveform_ecg.dcm": "is no image but a DICOM object without pixels (12-lead ECG Waveform)",
    }.items():
        assert aside[name].endswith(f"{name}' {reason}.")


def test_frames_that_a_header_only_says_are_not_looked_at_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("angiogram.imaging.dicom.slice.position", lambda *_: pytest.fail("a frame was placed"))
    place = {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [1, 1]}
    path = write(tmp_path / "a.dcm", np.zeros((4, 4), np.uint8), NumberOfFrames=99_999, **place)
    with pytest.raises(InputError, match=r"a\.dcm' is truncated: it holds 16 of 1599984 bytes of pixels"):
        read_image(path)


@pytest.mark.parametrize(("allocated", "stored"), [(32, 8), (64, 64), (8, 7), (8, 1), (1, 1)])
def test_what_a_decoder_would_end_the_process_at_is_refused_before(tmp_path: Path, allocated: int, stored: int) -> None:
    ds = dcmread(wheel_file("SC_rgb_jpeg_gdcm.dcm"))
    ds.BitsAllocated, ds.BitsStored = allocated, stored
    with pytest.raises(InputError, match=rf"says {stored} bits of {allocated}, which lossless JPEG does not hold"):
        read_image(save(ds, tmp_path / "a.dcm"))


def test_a_stream_that_goes_over_its_pixels_too_often(tmp_path: Path) -> None:
    ds = dcmread(wheel_file("SC_rgb_jpeg_dcmtk.dcm"))
    frame = get_frame(ds.PixelData, 0, number_of_frames=1)
    scan = frame[frame.index(b"\xff\xda") :]
    ds.PixelData = encapsulate([frame + 101 * scan])
    with pytest.raises(InputError, match="goes over its pixels in 102 scans; at most 100 are read"):
        read_image(save(ds, tmp_path / "a.dcm"))


def test_a_stream_deeper_than_its_header_says_is_no_image(tmp_path: Path) -> None:
    ds = dcmread(wheel_file("MR_small_jp2klossless.dcm"))
    ds.BitsAllocated = ds.BitsStored = 8
    with pytest.raises(InputError, match="frame 0 is no JPEG 2000 lossless of its size"):
        read_image(save(ds, tmp_path / "a.dcm"))


def test_a_decoder_that_panics_ends_one_image_alone() -> None:
    class PanicException(BaseException):
        pass

    def raising(error: BaseException) -> None:
        raise error

    assert attempt(lambda: raising(PanicException())) is None
    with pytest.raises(KeyboardInterrupt):
        attempt(lambda: raising(KeyboardInterrupt()))
