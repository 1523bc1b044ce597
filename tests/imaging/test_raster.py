import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageFile

from angiogram.errors import InputError
from angiogram.imaging import raster
from angiogram.imaging.raster import decode_raster, read_raster

RGB = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)


def save(path: Path, array: np.ndarray, **options: object) -> Path:
    Pillow.fromarray(array).save(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["png", "tif", "bmp", "ppm"])
@pytest.mark.parametrize("array", [RGB, RGB[..., 0]], ids=["rgb", "grey"])
def test_lossless_formats_give_the_pixels_back(tmp_path: Path, suffix: str, array: np.ndarray) -> None:
    image = read_raster(save(tmp_path / f"a.{suffix}", array))
    np.testing.assert_array_equal(image.pixels, array)
    assert image.made[0].split()[0] in ("PNG", "TIFF", "BMP", "PPM")


def test_the_formats_of_the_web_and_of_old_archives(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_raster(save(tmp_path / "a.webp", RGB, lossless=True)).pixels, RGB)
    few = RGB[..., 0] // 32 * 32
    np.testing.assert_array_equal(read_raster(save(tmp_path / "a.gif", few)).pixels[..., 1], few)
    np.testing.assert_array_equal(read_raster(save(tmp_path / "a.pgm", few)).pixels, few)
    (tmp_path / "deep.pgm").write_bytes(b"P5 2 1 4095\n" + np.array([0, 4095], ">u2").tobytes())
    deep = read_raster(tmp_path / "deep.pgm")
    assert deep.pixels.tolist() == [[0, 255]] and deep.values is not None
    frames = Pillow.fromarray(few)
    for suffix in ("gif", "webp"):
        frames.save(tmp_path / f"two.{suffix}", save_all=True, append_images=[frames.rotate(90)])
        with pytest.raises(InputError, match="holds several frames; a case needs one"):
            read_raster(tmp_path / f"two.{suffix}")


def test_a_jpeg_is_close(tmp_path: Path) -> None:
    smooth = np.tile(np.arange(64, dtype=np.uint8) * 4, (64, 1))
    image = read_raster(save(tmp_path / "a.jpg", smooth, quality=95))
    assert np.abs(image.pixels.astype(int) - smooth).max() < 8


@given(low=st.integers(0, 65000), span=st.integers(1, 535))
def test_sixteen_bits_are_stretched_and_declared(tmp_path_factory: pytest.TempPathFactory, low: int, span: int) -> None:
    deep = (low + np.linspace(0, span, 12).round()).astype(np.uint16).reshape(3, 4)
    image = read_raster(save(tmp_path_factory.mktemp("deep") / "a.png", deep))
    assert image.pixels.dtype == np.uint8
    assert (image.pixels.min(), image.pixels.max()) == (0, 255)
    assert (np.diff(image.pixels.ravel().astype(int)) >= 0).all()
    assert image.made[-1] == f"own range {low}..{low + span} to grey 0..255"


def deep_png(path: Path, pixels: np.ndarray) -> Path:
    """A PNG of 16 bits a sample, grey `[H, W]` or RGB, written byte by byte: Pillow writes no such RGB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, 2 if pixels.ndim == 3 else 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return path


RAMP = (300 + 7 * np.arange(256)).reshape(16, 16)  # 256 levels, all above 255


def test_a_ramp_of_16_bits_keeps_its_256_levels(tmp_path: Path) -> None:
    image = read_raster(deep_png(tmp_path / "a.png", RAMP))
    np.testing.assert_array_equal(image.pixels.ravel(), np.arange(256))
    assert image.made == ("PNG I;16", "own range 300..2085 to grey 0..255")


@pytest.mark.parametrize(("order", "mode"), [("<", "I;16"), (">", "I;16B")])
def test_a_tiff_of_16_bits_in_either_byte_order_keeps_its_levels(tmp_path: Path, order: str, mode: str) -> None:
    image = read_raster(save(tmp_path / "a.tif", RAMP.astype(f"{order}u2")))
    np.testing.assert_array_equal(image.pixels.ravel(), np.arange(256))
    assert image.made[0] == f"TIFF {mode}"


def test_deep_colours_lose_their_low_byte_and_say_so(tmp_path: Path) -> None:
    deep = np.array([[[65535, 32768, 255]]])
    image = read_raster(deep_png(tmp_path / "a.png", deep))
    assert image.pixels.tolist() == [[[255, 128, 0]]]
    assert image.made == ("PNG RGB", "16 bits a channel to 8, the high ones")
    assert read_raster(save(tmp_path / "b.png", RGB)).made == ("PNG RGB",)


def deep_tiff(path: Path, pixels: np.ndarray, order: str, packed: bool, turned: int = 1) -> Path:
    """A TIFF of 16 bits a channel, RGB, written byte by byte: Pillow writes none."""
    data = pixels.astype(f"{order}u2").tobytes()
    data = zlib.compress(data) if packed else data
    data += b"\0" * (len(data) % 2)
    height, width, _ = pixels.shape
    tags = {
        256: width,
        257: height,
        258: None,
        259: 8 if packed else 1,
        262: 2,
        273: 8,
        274: turned,
        277: 3,
        278: height,
    }
    tags[279] = len(data)
    bits_at = 8 + len(data) + 2 + 12 * len(tags) + 4
    entries = b"".join(
        struct.pack(f"{order}HHII", tag, 3, 3, bits_at)
        if value is None
        else struct.pack(f"{order}HHII", tag, 4, 1, value)
        for tag, value in tags.items()
    )
    start = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8 + len(data))
    count = struct.pack(f"{order}H", len(tags))
    path.write_bytes(start + data + count + entries + bytes(4) + struct.pack(f"{order}HHH", 16, 16, 16))
    return path


DEEP_RGB = np.random.default_rng(1).integers(0, 65536, (5, 7, 3))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("turned", [1, 6])
def test_deep_colours_of_a_tiff_are_kept_beside_their_high_bytes(
    tmp_path: Path, order: str, packed: bool, turned: int
) -> None:
    path = deep_tiff(tmp_path / "a.tif", DEEP_RGB, order, packed, turned)
    expected = DEEP_RGB if turned == 1 else np.rot90(DEEP_RGB, -1)
    for image in (read_raster(path), decode_raster(BytesIO(path.read_bytes()), "a")):
        np.testing.assert_array_equal(image.values, expected)
        np.testing.assert_array_equal(image.pixels, expected >> 8)


def test_deep_colours_of_a_png_are_kept_beside_their_high_bytes(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_raster(deep_png(tmp_path / "a.png", DEEP_RGB)).values, DEEP_RGB)
    for spread in (257, 256):  # eight bits in sixteen
        assert read_raster(deep_png(tmp_path / "b.png", RGB.astype(int) * spread)).values is None


def test_a_flat_sixteen_bit_image_is_black(tmp_path: Path) -> None:
    assert read_raster(save(tmp_path / "a.png", np.full((4, 4), 999, np.uint16))).pixels.max() == 0


def test_floating_point_must_be_finite(tmp_path: Path) -> None:
    array = np.ones((4, 4), np.float32)
    array[0, 0] = np.nan
    with pytest.raises(InputError, match=r"a\.tif' cannot be read: it holds values that are not finite"):
        read_raster(save(tmp_path / "a.tif", array))


def test_a_palette_becomes_its_colours(tmp_path: Path) -> None:
    palette = Pillow.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putdata([0, 1])
    palette.save(tmp_path / "a.png")
    image = read_raster(tmp_path / "a.png")
    assert image.pixels.tolist() == [[[255, 0, 0], [0, 0, 255]]]
    assert image.made == ("PNG P", "P to RGB")


def test_transparency_is_laid_on_black(tmp_path: Path) -> None:
    rgba = np.full((2, 2, 4), 200, np.uint8)
    rgba[0, 0, 3] = 0
    image = read_raster(save(tmp_path / "a.png", rgba))
    assert image.pixels[0, 0].tolist() == [0, 0, 0]
    assert "transparency laid on black" in image.made


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    image = read_raster(save(tmp_path / "a.png", np.array([[True, False]])))
    assert image.pixels.tolist() == [[255, 0]]


def test_a_turned_photograph_is_upright(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 3  # upside down
    image = read_raster(save(tmp_path / "a.png", RGB, exif=exif))
    np.testing.assert_array_equal(image.pixels, RGB[::-1, ::-1])
    assert "turned upright by its EXIF tag" in image.made


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp"])
@pytest.mark.parametrize("keep", [0, 3, 60, 0.5, 0.9])
@pytest.mark.parametrize("allowed", [False, True], ids=["strict", "library allows truncated"])
def test_a_truncated_file_is_never_an_image(
    tmp_path: Path, suffix: str, keep: float, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", allowed)
    path = save(tmp_path / f"a.{suffix}", RGB)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep if keep >= 1 else keep * len(whole))])
    with pytest.raises(InputError, match=rf"a\.{suffix}'") as caught:
        read_raster(path)
    assert "\n" not in str(caught.value)


def test_text_is_not_an_image(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("hello")
    with pytest.raises(InputError, match=r"a\.png' is not a readable PNG, JPEG, TIFF, BMP, WEBP, GIF or PPM image"):
        read_raster(tmp_path / "a.png")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no image '.*a\.png'"):
        read_raster(tmp_path / "a.png")


def test_too_large_is_refused_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "MAX_PIXELS", 500)
    with pytest.raises(InputError, match="30x20 pixels; at most 0 megapixels"):
        read_raster(save(tmp_path / "a.png", RGB))


def test_several_frames_are_refused(tmp_path: Path) -> None:
    first = Pillow.fromarray(RGB)
    first.save(tmp_path / "a.tif", save_all=True, append_images=[first, first])
    with pytest.raises(InputError, match=r"a\.tif' holds several frames"):
        read_raster(tmp_path / "a.tif")


def test_a_jpeg_that_goes_over_its_pixels_too_often(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.jpg", RGB, progressive=True).read_bytes()
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    (tmp_path / "a.jpg").write_bytes(whole[:-2] + 100 * scan + whole[-2:])
    with pytest.raises(InputError, match=r"a\.jpg' goes over its pixels in 1\d\d scans; at most 100 are read"):
        read_raster(tmp_path / "a.jpg")


def test_frames_are_not_counted_one_by_one(tmp_path: Path) -> None:
    whole = bytearray(save(tmp_path / "a.tif", RGB).read_bytes())
    first = int.from_bytes(whole[4:8], "little")
    following = first + 2 + 12 * int.from_bytes(whole[first : first + 2], "little")
    whole[following : following + 4] = len(whole).to_bytes(4, "little")
    chain = b"".join(bytes(2) + (len(whole) + 6 * (i + 1)).to_bytes(4, "little") for i in range(100_000))
    (tmp_path / "a.tif").write_bytes(bytes(whole) + chain + bytes(6))
    with pytest.raises(InputError, match="holds several frames"):
        read_raster(tmp_path / "a.tif")
