import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.data.cases import Cases
from angiogram.data.phantom.crops import PIXELS, draw
from angiogram.data.phantom.phantom import axial_plan
from angiogram.data.phantom.volume import Body
from angiogram.data.phantom.zblocks import block_of, split_of


@given(st.integers(0, 500), st.integers(0, 500))
def test_slices_of_different_blocks_never_touch(a: int, b: int) -> None:
    first, second = block_of(a), block_of(b)
    if first is not None and second is not None and first != second:
        assert abs(a - b) >= 2


def _marks(body: Body, cases: Cases) -> dict[str, np.ndarray]:
    """For each split, every voxel `[X, Y, Z]` that some crop's bilinear sampling can read, in the CT's own indices."""
    nx, ny, _ = body.hu.shape
    marks = {split: np.zeros(body.hu.shape, dtype=bool) for split in ("train", "test")}
    crops = {crop.id: crop for crop in axial_plan(body)}
    for row in cases.rows:
        crop = crops[row.id]
        rows, columns = crop.square.coordinates((body.spacing[1], body.spacing[0]))
        # Display row r is voxel y = ny - 1 - r, display column c is voxel x = nx - 1 - c.
        y, x = ny - 1 - rows, nx - 1 - columns
        ys = np.unique(np.clip(np.concatenate([np.floor(y), np.ceil(y)]), 0, ny - 1).astype(int))
        xs = np.unique(np.clip(np.concatenate([np.floor(x), np.ceil(x)]), 0, nx - 1).astype(int))
        marks[row.split or ""][xs[:, None], ys[None, :], crop.index] = True
    return marks


@pytest.mark.nightly
def test_no_voxel_is_in_both_splits(body: Body, cases: Cases) -> None:
    marks = _marks(body, cases)
    assert marks["train"].any() and marks["test"].any()
    assert not (marks["train"] & marks["test"]).any()


@pytest.mark.nightly
def test_crops_read_nothing_outside_their_splits_voxels(body: Body, cases: Cases) -> None:
    """The marks above are complete: with garbage in every other voxel the pixels stay the same, bit for bit."""
    marks = _marks(body, cases)
    plan = axial_plan(body)
    for split in ("train", "test"):
        spoiled = Body(np.where(marks[split], body.hu, np.float32(12345)), body.structures, body.spacing)
        for crop in plan[::7]:
            if split_of(block_of(crop.index) or 0) == split:
                np.testing.assert_array_equal(draw(spoiled, crop)[0], draw(body, crop)[0])


def test_a_crop_changes_when_a_voxel_of_its_own_changes(body: Body) -> None:
    """So that the test above can fail."""
    crop = axial_plan(body)[300]
    spoiled = Body(np.full_like(body.hu, 12345), body.structures, body.spacing)
    assert (draw(spoiled, crop)[0] != draw(body, crop)[0]).mean() > 0.5
    assert draw(body, crop)[0].shape == (PIXELS, PIXELS)
