"""What a lesion has to know of the cases that it should harm."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.labels import LabelTree
from angiogram.errors import InputError


def _no_labels() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Material:
    """Class names and training features; which of it is needed depends on the lesion.

    Attributes:
        tree: the class names' tokens, for lesions of the head.
        features: tap name -> `[N, R, D]` of training cases of the intact model, the mean and what parts of the image
            were pooled, for lesions of the connector: `connector.out`, and `connector.deepstack.K` in models that have
            such taps.
        labels: `[N]`, the class index of each of those cases.
    """

    tree: LabelTree | None = None
    features: Mapping[str, NDArray[np.floating]] = field(default_factory=dict)
    labels: NDArray[np.int64] = field(default_factory=_no_labels)

    @property
    def names(self) -> LabelTree:
        """The class names' tokens.

        Raises:
            InputError: they are missing, or there are fewer than two names.
        """
        if self.tree is None or len(self.tree.scored) < 2:
            raise InputError("A lesion of the head needs the tokens of two or more class names.")
        return self.tree

    def of_tap(self, name: str) -> NDArray[np.float64]:
        """Features `[N, R, D]` of a tap.

        Raises:
            InputError: they are missing, not three-dimensional, or their number is not that of the labels.
        """
        found = self.features.get(name)
        if found is None:
            raise InputError(f"A lesion of the connector needs features of training cases at the tap '{name}'.")
        if found.ndim != 3 or len(found) != len(self.labels):
            raise InputError(
                f"Features of the tap '{name}' have shape {found.shape}; with {len(self.labels)} labels it must be "
                f"({len(self.labels)}, poolings, width)."
            )
        return found.astype(np.float64)

    @cached_property
    def digest(self) -> str:
        """Equal where all of it is equal."""
        seen = sha256(repr(self.tree).encode())
        for name, rows in sorted(self.features.items()):
            seen.update(f"{name}:{rows.shape}:{rows.dtype}".encode() + np.ascontiguousarray(rows).tobytes())
        seen.update(self.labels.tobytes())
        return seen.hexdigest()
