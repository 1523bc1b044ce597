"""The patient's planes read through a warp: attenuation between voxels, bits from the nearest one."""

import numpy as np
from numpy.typing import NDArray

from angiogram.data.radiographs.projection import Planes
from angiogram.data.radiographs.warp import Warp

STILL = 1e-3
"""mm: what moves less keeps its value."""


def warped(planes: Planes, warp: Warp, depth_axis: int) -> Planes:
    """The same planes of the warped patient. Only what moves is read anew, which is a fraction of all."""
    order = (depth_axis, 1 - depth_axis, 2)
    block = tuple(_within(each, *warp.moved[axis]) for each, axis in zip(planes.coordinates, order, strict=True))
    places = [each[cut].reshape(_along(i)) for i, (each, cut) in enumerate(zip(planes.coordinates, block, strict=True))]
    x, y, z = warp.source((places[order[0]], places[order[1]], places[2]))  # a pair's exchange is its own inverse
    found = [(x, y, z)[axis] for axis in order]
    moving = sum(np.abs(to - start) for to, start in zip(found, places, strict=True)) > STILL  # [K, A, Z] of the block
    at = [
        (to[moving] - start[0]) / np.float32(space)
        for to, start, space in zip(found, planes.coordinates, planes.spacing, strict=True)
    ]  # voxels, [N] each
    attenuation, bits = planes.attenuation.copy(), planes.bits.copy()
    attenuation[block][moving] = _between(planes.attenuation, at)
    bits[block][moving] = _nearest(planes.bits, at)
    return Planes(attenuation, bits, planes.coordinates)


def _within(coordinates: NDArray[np.float32], low: float, high: float) -> slice:
    first, last = np.searchsorted(coordinates, [low, high])
    return slice(max(0, int(first) - 1), int(last) + 1)


def _along(axis: int) -> tuple[int, ...]:
    return tuple(-1 if i == axis else 1 for i in range(3))


def _between(attenuation: NDArray[np.float32], at: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Trilinear between the eight voxels around each point."""
    import torch  # late: only who draws needs it
    from torch.nn.functional import grid_sample

    shares = [each * np.float32(2 / (size - 1)) - 1 for each, size in zip(at, attenuation.shape, strict=True)]
    grid = torch.from_numpy(np.stack(shares[::-1], axis=-1))[None, None, None]  # [1, 1, 1, N, 3], z first
    volume = torch.from_numpy(attenuation)[None, None]
    return grid_sample(volume, grid, padding_mode="border", align_corners=True)[0, 0, 0, 0].numpy()


def _nearest(bits: NDArray[np.int32], at: list[NDArray[np.float32]]) -> NDArray[np.int32]:
    k, row, column = (
        np.clip(np.rint(each), 0, size - 1).astype(np.int32) for each, size in zip(at, bits.shape, strict=True)
    )
    _, rows, columns = bits.shape
    return bits.ravel()[(k * rows + row) * columns + column]
