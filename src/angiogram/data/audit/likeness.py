"""Whether two pictures are one: the correlation of what is fine in their thumbnails.

Thumbnails of one modality correlate at .9 and more whoever is shown, since anatomy is alike at large. So what is coarse
is taken away first (a Gaussian of 2 of 32 pixels), and single pixels are smoothed a little (0.7), since compression and
moves by half a pixel change them most. Measured by `tests/data/audit/test_measured.py`, over all candidates of `phash`
among different pictures, and on 300 copies of each kind:

                                            CT phantom, 112 px        PneumoniaMNIST, 28 px
    largest among different pictures        .879 (3 million pairs)    .927 (17 million pairs)
    copies found (candidate, and >= .935):
      JPEG 75, +30 grey, contrast .7,
      gamma 1.5, twice the size             all                       all
      JPEG 40; noise of 5 grey              all; all                  97 %; 97 %
      half the size                         all                       61 % (14 px are left)
      moved by 2 %, 3 %, 4 %, 6 %           96 %, 99 %, 85 %, none    87 %, 96 %, 88 %, none
      moved by 3 %, brighter, JPEG 60       99 %                      95 %
      a border of 2 % cut off all around    65 %                      none

Different are cases of different z-blocks in the phantom (one patient, slices 5 mm apart), and in PneumoniaMNIST all
that are not equal pixel by pixel. Mirrored and turned copies are not found. In a hundred times as many pairs a few
different pictures may pass: look at the pairs (`angiogram data audit --sheet`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from angiogram.data.audit.thumbnail import SIDE

_NOISE, _COARSE = 0.7, 2.0  # pixels of a thumbnail, deviation of a Gaussian
_FLAT = 1.0  # grey levels: under this the fine part of a thumbnail is rounding, and correlates with anything
_MOVES = tuple((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1))
_CHUNK = 2048


@dataclass(frozen=True)
class Fine:
    """What is fine in N thumbnails.

    Attributes:
        values: `[N, 32, 32]`.
        means, norms: of the window that remains of each after each of nine moves, `[9, N]`; norms about the mean.
        flat: which show nothing fine to compare, `[N]`.
    """

    values: NDArray[np.float32]
    means: NDArray[np.float32]
    norms: NDArray[np.float32]
    flat: NDArray[np.bool_]


def fine_parts(thumbnails: NDArray[np.float16]) -> Fine:
    """Prepare thumbnails `[N, 32, 32]` for `likeness`."""
    count = len(thumbnails)
    values = np.empty(thumbnails.shape, dtype=np.float32)
    means, norms = (np.empty((len(_MOVES), count), dtype=np.float32) for _ in range(2))
    for start in range(0, count, _CHUNK):
        part = slice(start, start + _CHUNK)
        block = thumbnails[part].astype(np.float32)
        values[part] = gaussian_filter(block, (0, _NOISE, _NOISE)) - gaussian_filter(block, (0, _COARSE, _COARSE))
        for number, move in enumerate(_MOVES):
            window = values[part][:, *_window(move)]
            means[number, part] = window.mean(axis=(1, 2))
            norms[number, part] = window.std(axis=(1, 2)) * np.sqrt(window[0].size)
    return Fine(values, means, norms, norms[len(_MOVES) // 2] < _FLAT * SIDE)


def likeness(fine: Fine, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float32]:
    """Largest normalised correlation of each pair over moves of up to 1 of 32 pixels either way, `[P]`, at most 1.

    The order within a pair does not matter. Meaningless for a picture that is `flat`.
    """
    best = np.full(len(first), -1.0, dtype=np.float32)
    for start in range(0, len(first), _CHUNK):
        part = slice(start, start + _CHUNK)
        a, b = fine.values[first[part]], fine.values[second[part]]
        for there, move in enumerate(_MOVES):
            back = len(_MOVES) - 1 - there
            one, other = a[:, *_window(move)], b[:, *_window(_MOVES[back])]
            product = np.einsum("nyx,nyx->n", one, other)
            product -= one[0].size * fine.means[there, first[part]] * fine.means[back, second[part]]
            product /= np.maximum(fine.norms[there, first[part]] * fine.norms[back, second[part]], 1e-6)
            np.maximum(best[part], product, out=best[part])
    return np.minimum(best, 1.0)


def _window(move: tuple[int, int]) -> tuple[slice, slice]:
    """What remains of a thumbnail that lost `move` rows and columns, at its end where negative."""
    y, x = (slice(max(step, 0), SIDE + min(step, 0)) for step in move)
    return y, x
