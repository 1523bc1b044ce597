"""The votes of an image's tokens as a picture whose mean is the score of the pooled features."""

import numpy as np
from numpy.typing import NDArray

SIDE = 24


def vote_raster(
    votes: NDArray[np.float64], boxes: NDArray[np.float64], even: float, panels: int = 1
) -> NDArray[np.float64]:
    """Spread votes over the image, `[SIDE, panels * SIDE]`; the plain mean is that with the weights of the pooling.

    A linear probe on mean-pooled tokens is a mean of votes: with w_t the share of token t's box that lies in the image,
    `score = sum_t w_t vote_t / sum_t w_t`. Each vote is spread evenly over the part of its box inside the image:

        cell = even + cells * sum_t (vote_t - even) * (share of box t in the cell) / sum_t w_t      [own]

    The shares of box t over all cells add up to w_t, so that the cells' mean is the score whatever the boxes: tiles and
    a thumbnail that overlap, boxes that hang over the edge. Where no token lies the picture is even. Of a volume there
    is a panel for each of so many equal parts of its slices, side by side as in `imaging.strip`.

    Args:
        votes: `[T]`, the probe's score of one class for each token as if it were the pooled feature.
        boxes: `[T, 4]`, or `[T, 6]` in a volume (see `model.layouts.place`); a token without a place (NaN) counts
            nothing.
        even: the vote that says nothing.
        panels: 1 for a picture.

    >>> boxes = np.array([[0.0, 0.0, 1.0, 0.5], [0.0, 0.5, 1.0, 1.5]])  # the right one hangs over the edge
    >>> picture = vote_raster(np.array([1.0, 0.1]), boxes, 0.5)
    >>> round(float(picture.mean()), 9), round((1.0 * 1.0 + 0.5 * 0.1) / 1.5, 9)
    (0.7, 0.7)
    """
    placed = ~np.isnan(boxes).any(axis=1)
    top, left, bottom, right, *depth = boxes[placed].T
    first, last = depth or (np.zeros_like(top), np.ones_like(top))
    rows, columns = _shares(top, bottom, SIDE), _shares(left, right, SIDE)  # [T, SIDE]
    parts = _shares(first, last, panels)  # [T, panels]
    along = (parts[:, :, None] * columns[:, None]).reshape(len(parts), -1)  # [T, panels * SIDE]
    weight = float(rows.sum(axis=1) @ along.sum(axis=1))
    return even + SIDE**2 * panels * (rows.T * (votes[placed] - even)) @ along / weight


def _shares(low: NDArray[np.float64], high: NDArray[np.float64], cells: int) -> NDArray[np.float64]:
    """The share of each interval low..high that lies in each of so many equal cells of 0..1, `[T, cells]`."""
    edges = np.linspace(0.0, 1.0, cells + 1)
    overlap = np.minimum(high[:, None], edges[1:]) - np.maximum(low[:, None], edges[:-1])
    return overlap.clip(min=0.0) / (high - low)[:, None]
