"""Images as the model's own processor prepares them, with the pooling of their tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from angiogram.data.cases import Cases
from angiogram.errors import InputError
from angiogram.model.layouts.alone import ONE_BY_ONE
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare
from angiogram.tap.stages import Pool, batch_poolings
from angiogram.tap.taps import Stage
from angiogram.train.references.task import Rows


@dataclass(frozen=True)
class Piece:
    """What the model takes in one forward pass.

    Attributes:
        inputs: the processor's.
        poolings: of each stage.
    """

    inputs: Any
    poolings: Mapping[Stage, Pool]


@dataclass(frozen=True)
class Preparation:
    """Prepares cases for a model."""

    loaded: LoadedModel
    cases: Cases

    def pieces(self, rows: Rows) -> tuple[Piece, ...]:
        """These cases in their order: one piece, or one for each where the model mixes the images of a batch.

        Raises:
            InputError: an image cannot be read or prepared.
        """
        if self.loaded.anatomy.layout == ONE_BY_ONE and len(rows) > 1:
            return tuple(piece for row in rows for piece in self.pieces(np.array([row])))
        images = [self.cases.read(self.cases.rows[row]) for row in rows]
        inputs = prepare(self.loaded.processor, chat(self.loaded.processor, self.cases.ask()), images)
        poolings = batch_poolings(self.loaded, inputs, [image.size for image in images])
        return (Piece(inputs.to(self.loaded.device), poolings),)

    def possible(self, rows: Rows) -> tuple[Rows, tuple[Piece, ...]]:
        """Those of these cases that can be prepared, and their pieces; the run itself sets the others aside."""
        try:
            return rows, self.pieces(rows)
        except InputError:
            kept = [row for row in rows if self._takes(row)]
            return np.array(kept, dtype=np.int64), self.pieces(np.array(kept)) if kept else ()

    def _takes(self, row: np.int64) -> bool:
        try:
            self.pieces(np.array([row]))
        except InputError:
            return False
        return True
