"""The result of a tug-of-war: everything that conflict.json holds."""

from dataclasses import dataclass

from angiogram.statistics.interval import Interval

Square = tuple[tuple[Interval, ...], ...]


@dataclass(frozen=True)
class Conflict:
    """The tug-of-war of m tasks on one module.

    Attributes:
        direction: GD, m x m.
        magnitude: GM, m x m.
        index: of each task, m.
    """

    direction: Square
    magnitude: Square
    index: tuple[Interval, ...]


@dataclass(frozen=True)
class ModulePull:
    """What the tasks do to one module.

    Attributes:
        name: of the module in the model.
        conflict: directions, magnitudes and index.
        scores: share of its parameters whose score lies in each of ten bins from 0 (the tasks cancel each other) to 1.
    """

    name: str
    conflict: Conflict
    scores: tuple[Interval, ...]


@dataclass(frozen=True)
class TugOfWar:
    """The result.

    Attributes:
        model: its name.
        tasks: m of them, in the order of all matrices.
        batches: over which the intervals are.
        samples: of each task in a batch.
        seed: of the draws.
        modules: encoder, connector and the blocks of the LLM.
    """

    model: str
    tasks: tuple[str, ...]
    batches: int
    samples: int
    seed: int
    modules: tuple[ModulePull, ...]
