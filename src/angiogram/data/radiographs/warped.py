"""The patient's planes read through a warp: attenuation between voxels, bits from the nearest one."""

import numpy as np
from numpy.typing import NDArray

from angiogram.data.radiographs.projection import Planes
from angiogram.data.radiographs.warp import Warp


def warped(planes: Planes, warp: Warp, depth_axis: int) -> Planes:
    """The same planes of the warped patient. Only the block is read anew in which anything can move."""
    import torch  # late: only who draws needs it
    from torch.nn.functional import grid_sample

    order = (depth_axis, 1 - depth_axis, 2)
    block = tuple(_within(each, *warp.moved[axis]) for each, axis in zip(planes.coordinates, order, strict=True))
    depth, other, z = (each[cut] for each, cut in zip(planes.coordinates, block, strict=True))
    depth, other, z = depth[:, None, None], other[None, :, None], z[None, None, :]
    x, y = (depth, other) if depth_axis == 0 else (other, depth)
    x, y, z = warp.source((x, y, z))
    found = (x, y, z) if depth_axis == 0 else (y, x, z)
    shape = np.broadcast_shapes(*(each.shape for each in found))
    at = [
        (np.broadcast_to(each, shape) - axis[0]) / np.float32(space)
        for each, axis, space in zip(found, planes.coordinates, planes.spacing, strict=True)
    ]
    attenuation, bits = planes.attenuation.copy(), planes.bits.copy()
    bits[block] = _nearest(planes.bits, at)
    grid = np.stack(
        [each * np.float32(2 / (size - 1)) - 1 for each, size in zip(at, bits.shape, strict=True)][::-1], -1
    )
    volume = torch.from_numpy(planes.attenuation)[None, None]
    read = grid_sample(volume, torch.from_numpy(grid)[None], padding_mode="border", align_corners=True)
    attenuation[block] = read[0, 0].numpy()
    return Planes(attenuation, bits, planes.coordinates)


def _within(coordinates: NDArray[np.float32], low: float, high: float) -> slice:
    first, last = np.searchsorted(coordinates, [low, high])
    return slice(max(0, int(first) - 1), int(last) + 1)


def _nearest(bits: NDArray[np.int32], at: list[NDArray[np.float32]]) -> NDArray[np.int32]:
    k, row, column = (
        np.clip(np.rint(each), 0, size - 1).astype(np.int32) for each, size in zip(at, bits.shape, strict=True)
    )
    _, rows, columns = bits.shape
    return bits.ravel()[(k * rows + row) * columns + column]
