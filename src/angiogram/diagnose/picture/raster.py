"""The votes of an image's tokens as a picture whose mean is the score of the pooled features."""

import numpy as np
from numpy.typing import NDArray

SIDE = 24


def vote_raster(votes: NDArray[np.float64], boxes: NDArray[np.float64], even: float) -> NDArray[np.float64]:
    """Spread votes over the image, `[SIDE, SIDE]`; the plain mean is their mean with the weights of the pooling.

    A linear probe on mean-pooled tokens is a mean of votes: with w_t the share of token t's box that lies in the image,
    `score = sum_t w_t vote_t / sum_t w_t`. Each vote is spread evenly over the part of its box inside the image:

        cell = even + cells * sum_t (vote_t - even) * (share of box t in the cell) / sum_t w_t      [own]

    The shares of box t over all cells add up to w_t, so that the cells' mean is the score whatever the boxes: tiles and
    a thumbnail that overlap, boxes that hang over the edge. Where no token lies the picture is even.

    Args:
        votes: `[T]`, the probe's score of one class for each token as if it were the pooled feature.
        boxes: `[T, 4]` (see `model.layouts.place`); a token without a place (NaN) counts nothing.
        even: the vote that says nothing.

    >>> boxes = np.array([[0.0, 0.0, 1.0, 0.5], [0.0, 0.5, 1.0, 1.5]])  # the right one hangs over the edge
    >>> picture = vote_raster(np.array([1.0, 0.1]), boxes, 0.5)
    >>> round(float(picture.mean()), 9), round((1.0 * 1.0 + 0.5 * 0.1) / 1.5, 9)
    (0.7, 0.7)
    """
    placed = ~np.isnan(boxes).any(axis=1)
    top, left, bottom, right = boxes[placed].T
    edges = np.linspace(0.0, 1.0, SIDE + 1)
    rows, columns = _shares(top, bottom, edges), _shares(left, right, edges)  # [T, SIDE]
    weight = float(rows.sum(axis=1) @ columns.sum(axis=1))
    return even + SIDE**2 * (rows.T * (votes[placed] - even)) @ columns / weight


def _shares(low: NDArray[np.float64], high: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each interval low..high that lies between neighbouring edges, `[T, len(edges) - 1]`."""
    overlap = np.minimum(high[:, None], edges[1:]) - np.maximum(low[:, None], edges[:-1])
    return overlap.clip(min=0.0) / (high - low)[:, None]
