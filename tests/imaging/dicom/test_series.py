import numpy as np
import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

import itertools
import os
import shutil
import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless
from tests.imaging.dicom.planted_files import AXIAL, enhanced, film, save, wheel_file, write, write_series

from angiogram.errors import InputError
from angiogram.imaging.aspect import square_pixels
from angiogram.imaging.dicom.place import plane_of
from angiogram.imaging.dicom.read import read_series
from angiogram.imaging.dicom.series import files_in, find_stacks
from angiogram.imaging.nifti import read_volume
from angiogram.imaging.planes import cut, cut_spacing
from angiogram.imaging.read import Preparation, read_image
from angiogram.imaging.window import Window


def parts(folder: Path) -> list[int]:
    return sorted(len(stack.slices) for stack in find_stacks(files_in(folder)).stacks)


def test_slices_are_ordered_by_position_not_by_number_or_name(tmp_path: Path) -> None:
    # Files 1, 10, 2 in the order of names; instance numbers run against the positions.
    places = [5.0, 2.5, 0.0, 22.5, 20.0, 17.5, 15.0, 12.5, 10.0, 7.5]
    volume = read_series(write_series(tmp_path / "s", places))
    assert [int(volume.array[0, 0, k]) for k in range(10)] == list(np.argsort(places))
    assert volume.spacing == (1.0, 1.0, 2.5)
    assert "10 slices ordered by position, 2.5 mm apart" in volume.made


DIRECTIONS = [
    (*row, *column)
    for row, column in itertools.permutations([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], 2)
    if not any(a and b for a, b in zip(row, column, strict=True))
]


def coded(folder: Path, directions: tuple[float, ...], spacing: tuple[float, float], step: float) -> Path:
    """A series whose stored value says where each pixel lies: 10 000 + 100 L + 10 P + S in mm, rounded."""
    row, column = np.array(directions, float).reshape(2, 3)
    normal = np.cross(row, column)
    origin = np.array([3.0, -5.0, 7.0])
    places, arrays = [], []
    for k in range(3):
        corner = origin + k * step * normal
        at = corner + np.arange(6)[None, :, None] * spacing[1] * row + np.arange(4)[:, None, None] * spacing[0] * column
        arrays.append(np.rint(10000 + at @ [100, 10, 1]).astype(np.int16))
        places.append(corner.tolist())
    return write_series(folder, places, directions, spacing, arrays)


@pytest.mark.parametrize("directions", DIRECTIONS)
@pytest.mark.parametrize("step", [4.0, -4.0])
def test_left_stays_left_in_every_orientation(tmp_path: Path, directions: tuple[float, ...], step: float) -> None:
    volume = read_series(coded(tmp_path / "s", directions, (1.0, 2.0), step))
    index = np.stack(np.meshgrid(*map(np.arange, volume.array.shape), indexing="ij"), axis=-1)
    at = index @ volume.affine[:3, :3].T + volume.affine[:3, 3]  # RAS: left and posterior are negative
    np.testing.assert_allclose(volume.array, 10000 - 100 * at[..., 0] - 10 * at[..., 1] + at[..., 2])
    assert (np.diag(volume.affine)[:3] == volume.spacing).all()  # right, anterior, superior, and no axis exchanged
    assert sorted(volume.spacing) == [1.0, 2.0, 4.0]


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
@settings(max_examples=15, deadline=None)
def test_an_oblique_series_stays_oblique(
    tmp_path_factory: pytest.TempPathFactory, about_x: float, about_z: float
) -> None:
    cx, sx, cz, sz = np.cos(about_x), np.sin(about_x), np.cos(about_z), np.sin(about_z)
    turn = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    directions = tuple(turn[:, 0]) + tuple(turn[:, 1])
    volume = read_series(coded(tmp_path_factory.mktemp("o") / "s", directions, (1.0, 2.0), 4.0))
    index = np.stack(np.meshgrid(*map(np.arange, volume.array.shape), indexing="ij"), axis=-1)
    at = index @ volume.affine[:3, :3].T + volume.affine[:3, 3]
    expected = 10000 - 100 * at[..., 0] - 10 * at[..., 1] + at[..., 2]
    assert np.abs(volume.array - expected).max() < 1  # stored values are rounded


@pytest.mark.parametrize(
    ("directions", "tilt"), [(AXIAL, 0.0), (AXIAL, 15.0), ((0, 1, 0, 0, 0, -1), 0.0), ((1, 0, 0, 0, 0, -1), 0.0)]
)
def test_dcm2niix_places_the_same_voxels(tmp_path: Path, directions: tuple[int, ...], tilt: float) -> None:
    dcm2niix = pytest.importorskip("dcm2niix", reason="dcm2niix, the oracle, is not installed")
    row, column = np.array(directions, float).reshape(2, 3)
    normal, rng = np.cross(row, column), np.random.default_rng(0)
    step = 3 * normal + 3 * np.tan(np.radians(tilt)) * column
    folder = write_series(
        tmp_path / "s",
        [(np.array([-20.0, -30, 40]) + k * step).tolist() for k in range(8)],
        directions,
        (0.5, 0.75),
        [rng.integers(-1000, 1000, (20, 24)).astype(np.int16) for _ in range(8)],
        RescaleSlope=1,
        RescaleIntercept=-24,
        SliceThickness=3,
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
    )
    (tmp_path / "out").mkdir()
    command = [dcm2niix.bin, "-z", "n", "-b", "n", "-f", "v", "-o", str(tmp_path / "out"), str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    # With a tilt it writes the slices as they are, and beside that a corrected copy.
    other, mine = read_volume(tmp_path / "out" / "v.nii"), read_series(folder)
    np.testing.assert_array_equal(mine.array, other.array)
    if not tilt:  # dcm2niix leaves a tilt out of the affine
        np.testing.assert_allclose(mine.affine, other.affine, atol=1e-4)
        np.testing.assert_allclose(mine.spacing, other.spacing, rtol=1e-5)


def test_missing_slices_are_named_in_mm_and_by_slice(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [*np.arange(0, 14, 1.25), 97.5])
    with pytest.raises(InputError, match=r"s' lacks about 66 slices: from slice 11 at 13\.75 mm to slice 12 at 97\.5"):
        read_series(folder)
    with pytest.raises(InputError, match=r"it is 83\.75 mm, elsewhere 1\.25 mm\."):
        read_image(folder)


def test_two_gaps_are_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lacks about 3 slices: .* and 1 more such places\."):
        read_series(write_series(tmp_path / "s", [0, 1, 2, 4, 5, 6, 10, 11]))


def test_positions_that_a_header_rounds_are_no_gap(tmp_path: Path) -> None:
    volume = read_series(write_series(tmp_path / "s", [round(1.25 * k, 1) for k in range(9)]))
    assert volume.spacing[2] == pytest.approx(1.25)


def test_slices_beside_one_another_are_refused(tmp_path: Path) -> None:
    places = [(0, 0, 0), (0, 0, 1), (40, 0, 2), (0, 0, 3)]
    with pytest.raises(InputError, match=r"do not lie behind one another: one is 40\.0 mm beside the others"):
        read_series(write_series(tmp_path / "s", places))


def acquisition(number: int) -> object:
    return lambda ds, _: setattr(ds, "AcquisitionNumber", number)


def test_time_points_in_one_series_are_divided(tmp_path: Path) -> None:
    write_series(tmp_path / "s", [float(k) for k in range(100)], change=acquisition(1))
    write_series(tmp_path / "s", [float(k) for k in range(33)], change=acquisition(2), first=100)
    assert parts(tmp_path / "s") == [33, 100]
    with pytest.raises(InputError, match=r"holds 2 series or time points \(1: CT, .*slices of 6x4, .*\); say which"):
        read_image(tmp_path / "s")


def test_a_clock_time_that_differs_from_slice_to_slice_divides_nothing(tmp_path: Path) -> None:
    def change(ds: Dataset, i: int) -> None:
        ds.AcquisitionTime = f"1200{i:02d}"
        ds.EchoTime = 10 if i < 3 else 80

    assert parts(write_series(tmp_path / "s", [0, 1, 2, 0, 1, 2], change=change)) == [3, 3]


def test_echoes_within_time_points_are_divided(tmp_path: Path) -> None:
    def change(ds: Dataset, i: int) -> None:
        ds.EchoTime, ds.TemporalPositionIdentifier = 10 + i // 3 % 2, i // 6

    assert parts(write_series(tmp_path / "s", [0, 1, 2] * 4, change=change)) == [3, 3, 3, 3]


def test_repeats_that_nothing_divides_are_refused(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2, 3, 1, 2])
    with pytest.raises(InputError, match="holds 6 slices at 4 positions, and nothing in their headers says which"):
        read_series(folder)


def test_copies_of_one_slice_are_left_out_and_said(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2])
    shutil.copy(folder / "2.dcm", folder / "2 again.dcm")
    volume = read_series(folder)
    assert volume.array.shape[2] == 3
    assert volume.made[-1] == "1 file left out: it is a copy of another slice"


def test_two_series_in_one_folder_are_divided(tmp_path: Path) -> None:
    write_series(tmp_path / "s", [0, 1, 2])
    write_series(tmp_path / "s", [0, 1, 2, 3], SeriesInstanceUID="1.2.826.0.1.3680043.8.498.7777.9", first=3)
    assert parts(tmp_path / "s") == [3, 4]


@pytest.mark.parametrize(
    "other",
    [
        {"directions": (0, 1, 0, 0, 0, -1)},
        {"spacing": (2.0, 2.0)},
        {"arrays": [np.zeros((5, 5), np.int16)] * 3},
        {"PhotometricInterpretation": "MONOCHROME1"},
    ],
    ids=["orientation", "spacing", "size", "meaning"],
)
def test_what_cannot_be_one_volume_is_divided(tmp_path: Path, other: dict[str, object]) -> None:
    write_series(tmp_path / "s", [0, 1, 2])
    write_series(tmp_path / "s", [0, 1, 2], first=3, **other)
    assert parts(tmp_path / "s") == [3, 3]


def test_a_tilted_gantry_is_seen_from_positions_and_said(tmp_path: Path) -> None:
    shift = float(np.tan(np.radians(20.0)))
    folder = write_series(tmp_path / "s", [(0, -3 * k * shift, 3.0 * k) for k in range(6)], GantryDetectorTilt=0)
    volume = read_series(folder)
    assert "slices tilted by 20.0 degrees (gantry tilt): not resampled, cuts across are sheared" in volume.made
    assert [int(volume.array[0, 0, k]) for k in range(6)] == list(range(6))
    np.testing.assert_allclose(volume.affine[:3, 2], [0, 3 * shift, 3])  # the shear stands in the affine
    straight = read_series(write_series(tmp_path / "t", [3.0 * k for k in range(6)]))
    assert not any("tilted" in step for step in straight.made)


def test_every_slice_has_its_own_slope(tmp_path: Path) -> None:
    def change(ds: Dataset, i: int) -> None:
        ds.RescaleSlope, ds.RescaleIntercept = 0.5 * (i + 1), 0

    arrays = [np.full((4, 6), 10, np.int16)] * 3
    volume = read_series(write_series(tmp_path / "s", [0, 1, 2], arrays=arrays, change=change, Modality="PT"))
    assert [float(volume.array[0, 0, k]) for k in range(3)] == [5, 10, 15]
    assert "each slice by its own slope" in volume.made


def test_slices_that_are_packed_or_padded_otherwise_have_no_other_slope(tmp_path: Path) -> None:
    def change(ds: Dataset, i: int) -> None:
        if i == 1:
            ds.compress(RLELossless, generate_instance_uid=False)

    arrays = [np.array([[-2000 if i else 0, 0, 60, 100]], np.int16) for i in range(3)]
    header = {"RescaleSlope": 2, "RescaleIntercept": -24, "PixelPaddingValue": -2000}
    volume = read_series(write_series(tmp_path / "s", [0, 1, 2], arrays=arrays, change=change, **header))
    assert volume.made[:4] == (
        "DICOM CT, uncompressed",
        "DICOM CT, RLE",
        "times 2 plus -24 to HU",
        "padding taken for the darkest value of its slice",
    )


def test_what_is_no_slice_is_left_out_with_the_reason(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2])
    array = np.zeros((4, 6), np.int16)
    write(folder / "screen.dcm", array, kind="1.2.840.10008.5.1.4.1.1.7", number=11)
    write(folder / "scout.dcm", array, number=12, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    shutil.copy(wheel_file("reportsi.dcm"), folder / "report.dcm")
    shutil.copy(wheel_file("rtdose.dcm"), folder / "dose.dcm")
    shutil.copy(wheel_file("dicomdirtests/DICOMDIR"), folder / "DICOMDIR")
    (folder / "notes.txt").write_text("not DICOM")
    found = find_stacks(files_in(folder))
    assert {path.name: reason for path, reason in found.left_out} == {
        "screen.dcm": "is a secondary capture, no slice that was measured",
        "scout.dcm": "is a localizer, no slice of the series",
        "report.dcm": "is no image but a DICOM object without pixels (Basic Text SR)",
        "dose.dcm": "is no image but a radiotherapy dose",
        "DICOMDIR": "is no image but a DICOMDIR, a list of other files",
    }
    volume = read_series(folder)
    assert volume.array.shape == (6, 4, 3)
    assert "1 file left out: it is a localizer, no slice of the series" in volume.made
    assert "1 file left out: it is a localizer, no slice of the series" in read_image(folder).made


NO_SLICES = {
    "empty": (b"", "is empty"),
    "bytes of anything": (b"\x93\x11 nothing of DICOM" * 30, "is not a DICOM file"),
    "the start of a preamble": (bytes(100), "is truncated: it ends before its first attribute"),
}


@pytest.mark.parametrize("suffix", [".dcm", ".IMA", "", ".5"])
@pytest.mark.parametrize("kind", NO_SLICES)
def test_a_file_named_as_a_slice_that_is_none_is_left_out_and_counted(tmp_path: Path, kind: str, suffix: str) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2])
    for i in "123":
        (folder / f"{i}.dcm").rename(folder / f"1.2.{i}{suffix}")
    content, reason = NO_SLICES[kind]
    (folder / f"1.2.4{suffix}").write_bytes(content)
    (folder / "notes.txt").write_bytes(content)  # not named so
    made = read_image(folder).made
    assert "3 slices ordered by position, 1 mm apart" in made
    assert made[-1] == f"1 file left out: it {reason}"


CHARACTER_SET, POSITION, SPACING = b"\x08\x00\x05\x00", b"\x20\x00\x32\x00", b"\x28\x00\x30\x00"


@pytest.mark.parametrize("end", [150, CHARACTER_SET, POSITION, SPACING])
def test_a_slice_that_is_cut_anywhere_in_its_header_is_truncated(tmp_path: Path, end: int | bytes) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2, 3], SpecificCharacterSet="ISO_IR 100")
    whole = (folder / "4.dcm").read_bytes()
    (folder / "4.dcm").write_bytes(whole[: end if isinstance(end, int) else whole.index(end)])
    made = read_image(folder).made
    assert "3 slices ordered by position, 1 mm apart" in made
    assert made[-1].startswith("1 file left out: it is truncated or damaged: it ")
    with pytest.raises(InputError, match=r"4\.dcm' is truncated or damaged: it "):
        read_image(folder / "4.dcm")


def test_what_is_named_as_a_slice_and_not_followed_is_counted(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2])
    outside = write(tmp_path / "outside.dcm", np.zeros((4, 6), np.int16))
    (folder / "4.dcm").symlink_to(outside)
    (folder / "5.dcm").symlink_to("nowhere")
    (folder / "6.dcm").symlink_to("6.dcm")
    (folder / "notes").symlink_to("nowhere")  # not named so
    os.mkfifo(folder / "7.dcm")
    said = ("3 files left out: each is a link that is not followed", "1 file left out: it is no file")
    assert read_image(folder).made[-2:] == said
    assert read_series(folder).made[-2:] == said


def test_a_folder_without_slices_says_what_it_holds(tmp_path: Path) -> None:
    shutil.copy(wheel_file("reportsi.dcm"), tmp_path / "report.dcm")
    with pytest.raises(InputError, match=r"holds no DICOM slices; 1 file left out: it is no image but .*Text SR"):
        read_image(tmp_path)


def test_one_damaged_slice_is_named_by_its_number(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2])
    whole = (folder / "2.dcm").read_bytes()
    (folder / "2.dcm").write_bytes(whole[:-10])
    with pytest.raises(InputError, match=r"s' holds a slice, 1 of 0\.\.2, that is truncated: it holds 38 of 48 bytes"):
        read_series(folder)


@pytest.mark.parametrize(("header", "depth"), [({"SliceThickness": 4}, 4.0), ({}, 1.0)])
def test_a_single_slice_is_a_volume_of_depth_one(tmp_path: Path, header: dict[str, int], depth: float) -> None:
    volume = read_series(write_series(tmp_path / "s", [7.0], spacing=(0.5, 2.0), **header))
    assert volume.array.shape == (6, 4, 1)
    assert volume.spacing == (2.0, 0.5, depth)
    assert any("one slice" in step for step in volume.made)


def test_files_that_link_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = write_series(tmp_path / "outside", [0, 1])
    folder = write_series(tmp_path / "s", [0, 1, 2])
    (folder / "9.dcm").symlink_to(outside / "1.dcm")
    (folder / ".hidden.dcm").write_bytes((outside / "1.dcm").read_bytes())
    assert [path.name for path in files_in(folder)] == ["1.dcm", "2.dcm", "3.dcm"]


def test_too_many_voxels_are_refused_before_memory_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("angiogram.imaging.dicom.stack.MAX_VOXELS", 71)
    with pytest.raises(InputError, match="is 6x4x3 voxels; at most 0 Mi voxels are read"):
        read_series(write_series(tmp_path / "s", [0, 1, 2]))


def test_one_slice_of_a_series_by_rule_and_plane(tmp_path: Path) -> None:
    arrays = [np.full((4, 6), value, np.int16) for value in (0, 500, 100)]
    arrays[2][:2] = 500
    folder = write_series(tmp_path / "s", [0, 2, 4], arrays=arrays, WindowCenter=250, WindowWidth=500)
    middle = read_image(folder)
    assert (middle.pixels == 255).all()
    assert "axial slice 1 of 0..2 (the middle)" in middle.made
    assert "the file's window, centre 250 width 500, linear, to grey 0..255" in middle.made
    last = read_image(folder, Preparation.parse(slice="2"))
    assert last.pixels[:2].min() == 255 and last.pixels[2:].max() < 60  # anterior, stored first, stays at the top
    most = read_image(folder, Preparation.parse(slice="above 450"))
    assert "axial slice 1 of 0..2 (the most above 450)" in most.made
    coronal = read_image(folder, Preparation.parse(plane="coronal"))
    assert coronal.pixels.shape == (6, 6)  # three slices of 2 mm, six columns of 1 mm
    assert "pixels of 2 x 1 mm made square, 1 mm" in coronal.made
    with pytest.raises(InputError, match=r"s' cannot be shown: There is no slice 3; there are 3, 0\.\.2\."):
        read_image(folder, Preparation.parse(slice="3"))
    with pytest.raises(InputError, match=r"s' cannot be shown: No slice has a value above 600\."):
        read_image(folder, Preparation.parse(slice="above 600"))


@pytest.mark.parametrize("directions", [AXIAL, (1, 0, 0, 0, -1, 0), (0, 1, 0, 0, 0, -1), (1, 0, 0, 0, 0, -1)])
@pytest.mark.parametrize("index", range(3))
def test_a_slice_alone_is_the_cut_of_the_whole_volume(tmp_path: Path, directions: tuple[int, ...], index: int) -> None:
    folder = coded(tmp_path / "s", directions, (1.0, 2.0), 4.0)
    plane = plane_of(np.array(directions, float).reshape(2, 3))
    alone = read_image(folder, Preparation.parse(slice=str(index), window="10000/1000"))
    volume = read_series(folder)
    values = cut(volume.array, plane, index)
    expected, _ = square_pixels(Window.parse("10000/1000").grey(values), cut_spacing(volume.spacing, plane))
    np.testing.assert_array_equal(alone.pixels, expected)
    assert f"{plane} slice {index} of 0..2" in alone.made


def windows_of(folder: Path, **rule: str) -> tuple[str, ...]:
    made = read_image(folder, Preparation.parse(**rule)).made
    return tuple(step for step in made if "shown as" in step or "the file's window" in step)


def test_a_cut_that_is_a_slice_is_shown_by_its_own_window_however_it_was_chosen(tmp_path: Path) -> None:
    def change(ds: Dataset, i: int) -> None:
        ds.WindowCenter, ds.WindowWidth = 100 * (i + 1), 500

    folder = write_series(tmp_path / "s", [0, 2, 4], change=change)
    by_number, by_density = (Preparation.parse(slice=rule) for rule in ("2", "above 1"))
    np.testing.assert_array_equal(read_image(folder, by_number).pixels, read_image(folder, by_density).pixels)
    own = ("shown as the slice itself says", "the file's window, centre 300 width 500, linear, to grey 0..255")
    assert windows_of(folder, slice="2") == windows_of(folder, slice="above 1") == own
    assert windows_of(folder, plane="coronal") == (
        "shown as the middle slice says",
        "the file's window, centre 200 width 500, linear, to grey 0..255",
    )
    assert windows_of(folder, window="40/400") == ()


def test_padding_of_inverted_slices_is_as_dark_as_in_one_file(tmp_path: Path) -> None:
    array = np.array([[-2000, 0, 60, 100]], np.int16)
    header = {"PhotometricInterpretation": "MONOCHROME1", "PixelPaddingValue": -2000}
    header |= {"WindowCenter": 60, "WindowWidth": 150}
    folder = write_series(tmp_path / "s", [0, 1, 2], arrays=[array] * 3, **header)
    alone = read_image(folder / "2.dcm")
    for how in (Preparation(), Preparation.parse(slice="above 1")):
        image = read_image(folder, how)
        np.testing.assert_array_equal(image.pixels, alone.pixels)
        assert image.pixels[0, 0] == image.pixels.min()


def test_a_slice_alone_needs_no_other_to_be_decoded(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2])
    (folder / "3.dcm").write_bytes((folder / "3.dcm").read_bytes()[:-10])
    assert "axial slice 1 of 0..2 (the middle)" in read_image(folder).made
    with pytest.raises(InputError, match=r"holds a slice, 2 of 0\.\.2, that is truncated"):
        read_image(folder, Preparation.parse(slice="above 1"))


def test_the_plane_is_that_of_the_slices_unless_another_is_asked_for(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [(k, 0, 0) for k in range(3)], directions=(0, 1, 0, 0, 0, -1))
    assert "sagittal slice 1 of 0..2 (the middle)" in read_image(folder).made
    assert any(step.startswith("axial slice") for step in read_image(folder, Preparation.parse(plane="axial")).made)


def test_monochrome_1_slices_are_inverted_when_shown_not_when_stacked(tmp_path: Path) -> None:
    arrays = [np.arange(24, dtype=np.int16).reshape(4, 6)] * 3
    plain = write_series(tmp_path / "p", [0, 1, 2], arrays=arrays)
    folder = write_series(tmp_path / "s", [0, 1, 2], arrays=arrays, PhotometricInterpretation="MONOCHROME1")
    np.testing.assert_array_equal(read_series(folder).array, read_series(plain).array)
    np.testing.assert_array_equal(read_image(folder).pixels, 255 - read_image(plain).pixels)


# Multi-frame objects.


def test_frames_are_slices_placed_by_their_own_groups(tmp_path: Path) -> None:
    stored = np.stack([np.full((4, 6), value, np.int16) for value in (30, 10, 20)])
    path = save(enhanced(stored, [10.0, 0.0, 5.0], spacing=(0.5, 2.0)), tmp_path / "e.dcm")
    (tmp_path / "s").mkdir()
    shutil.copy(path, tmp_path / "s" / "e.dcm")
    volume = read_series(tmp_path / "s")
    assert volume.array.shape == (6, 4, 3)
    assert volume.spacing == (2.0, 0.5, 5.0)
    # Frame i has slope i + 1 and intercept -10.
    assert [float(volume.array[0, 0, k]) for k in range(3)] == [10, 50, 20]
    image = read_image(path, Preparation.parse(slice="1"))
    assert "axial slice 1 of 0..2" in image.made
    assert "times 3 plus -10 to HU" in image.made
    assert "pixels of 0.5 x 2 mm made square, 0.5 mm" in image.made


def test_stacks_and_time_points_in_one_object_are_not_mixed(tmp_path: Path) -> None:
    ds = enhanced(np.zeros((4, 4, 6), np.int16), [0.0, 1.0, 0.0, 1.0])
    for i, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        content = Dataset()
        content.TemporalPositionIndex = 1 + i // 2
        group.FrameContentSequence = [content]
    with pytest.raises(InputError, match=r"e\.dcm' holds 2 series or time points \(1: .*\); say which is meant"):
        read_image(save(ds, tmp_path / "e.dcm"))


def test_coloured_frames_are_frames_not_channels(tmp_path: Path) -> None:
    frames = np.zeros((5, 4, 6, 3), np.uint8)
    frames[:, :, :, 0] = np.arange(5)[:, None, None] * 50
    path = save(film(frames), tmp_path / "f.dcm")
    image = read_image(path)
    assert image.pixels.shape == (4, 6, 3)
    assert image.pixels[0, 0].tolist() == [100, 0, 0]
    assert image.made[:2] == ("DICOM US, uncompressed", "frame 2 of 0..4 (the middle)")
    assert read_image(path, Preparation.parse(slice="4")).pixels[0, 0].tolist() == [200, 0, 0]
    with pytest.raises(InputError, match=r"f\.dcm' is in colour, in which no frame is above a density\."):
        read_image(path, Preparation.parse(slice="above 3"))


def test_a_grey_film_is_counted_in_its_order(tmp_path: Path) -> None:
    frames = np.stack([np.full((4, 6), value, np.uint8) for value in (9, 1, 5, 7)])
    frames[3, 0, 0] = 200
    path = save(film(frames, WindowCenter=5, WindowWidth=10), tmp_path / "f.dcm")
    assert "frame 2 of 0..3 (the middle)" in read_image(path).made
    assert "frame 3 of 0..3 (the most above 100)" in read_image(path, Preparation.parse(slice="above 100")).made
