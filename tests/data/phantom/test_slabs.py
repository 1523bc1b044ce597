"""The volumes of the phantom: every class on both sides, no voxel on both, and pixels that show what they say."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from angiogram.data.cases import Cases
from angiogram.data.phantom import phantom_volume_cases
from angiogram.data.phantom.slabs import PIXELS, SLICES, draw_slab, slab_of, slab_plan, slices_of
from angiogram.data.phantom.structures import CLASSES, STRUCTURES
from angiogram.data.phantom.volume import Body
from angiogram.data.phantom.zblocks import split_of


@pytest.fixture(scope="session")
def volumes(cache: Path) -> Cases:
    return phantom_volume_cases(cache)


@pytest.mark.nightly
def test_every_class_is_on_both_sides(volumes: Cases) -> None:
    sides = {split: Counter(row.label for row in volumes.rows if row.split == split) for split in ("train", "test")}
    assert all(set(counts) == set(CLASSES) and min(counts.values()) >= 6 for counts in sides.values())
    assert len(volumes) >= 800 and sides["test"].total() >= 250
    assert len({row.id for row in volumes.rows}) == len(volumes)
    assert len({row.group for row in volumes.rows}) == len({(row.group, row.split) for row in volumes.rows}) == 14


def test_no_slice_is_in_two_slabs_and_none_touch(body: Body) -> None:
    shown: dict[int | None, set[int]] = {}
    for crop in slab_plan(body):
        assert {slab_of(z) for z in slices_of(crop)} == {slab_of(crop.index)}
        shown.setdefault(slab_of(crop.index), set()).update(slices_of(crop))
    assert None not in shown and all(len(slices) == SLICES for slices in shown.values())
    used = sorted(z for slices in shown.values() for z in slices)
    assert len(used) == len(set(used)) and used[-1] < body.hu.shape[2]
    ends = sorted((min(slices), max(slices)) for slices in shown.values())
    assert all(later[0] - earlier[1] >= 2 for earlier, later in pairwise(ends))


def test_volumes_read_nothing_outside_their_split(body: Body) -> None:
    """With garbage in every slab of the other split and in every gap the pixels stay the same, bit for bit."""
    plan = slab_plan(body)
    for split in ("train", "test"):
        own = [slab_of(z) is not None and split_of(slab_of(z) or 0) == split for z in range(body.hu.shape[2])]
        spoiled = Body(np.where(np.array(own), body.hu, np.float32(12345)), body.structures, body.spacing)
        for crop in plan[::23]:
            same = (draw_slab(spoiled, crop)[0] == draw_slab(body, crop)[0]).all()
            assert same == (split_of(slab_of(crop.index) or 0) == split)


def test_the_structure_is_at_the_centre_of_the_middle_slice(body: Body) -> None:
    for crop in slab_plan(body)[::17]:
        pixels, shown = draw_slab(body, crop)
        assert pixels.shape == (SLICES, PIXELS, PIXELS) and shown.shape == (PIXELS, PIXELS)
        middle = shown[PIXELS // 2 - 1 : PIXELS // 2 + 1, PIXELS // 2 - 1 : PIXELS // 2 + 1]
        assert crop.label in {STRUCTURES[i] for i in middle.ravel()}


def test_slices_run_from_the_foot_up(body: Body) -> None:
    still = next(crop for crop in slab_plan(body) if crop.copy == 0)
    pixels, _ = draw_slab(body, still)
    below = Body(body.hu.copy(), body.structures, body.spacing)
    below.hu[..., slices_of(still)[0]] = 3000
    changed = (draw_slab(below, still)[0] != pixels).any(axis=(1, 2))
    assert changed.tolist() == [True] + [False] * (SLICES - 1)


def test_the_cases_are_the_plan_and_say_how_they_were_drawn(body: Body, volumes: Cases) -> None:
    plan = slab_plan(body)
    assert [crop.id for crop in plan] == [row.id for row in volumes.rows]
    image = volumes.read(volumes.rows[101])
    assert image.slices == SLICES and (image.pixels == draw_slab(body, plan[101])[0]).all()
    said = "; ".join(image.made)
    assert f"axial slices {slices_of(plan[101])[0]}..{slices_of(plan[101])[-1]}, 2.5 mm apart" in said
    assert "90 mm square to 64 px, bilinear" in said and "HU to grey" in said
    assert volumes.question == "Which structure is at the center of this CT volume?"
    assert any("slabs of 8 slices" in statement for statement in volumes.statements)
