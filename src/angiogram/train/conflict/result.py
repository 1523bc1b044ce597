"""The result of a tug-of-war: everything that conflict.json holds."""

from dataclasses import dataclass

from angiogram.statistics.interval import Interval

Table = tuple[tuple[Interval, ...], ...]
"""Rows and columns of intervals."""


@dataclass(frozen=True)
class Conflict:
    """The tug-of-war of m tasks on one module.

    Attributes:
        direction: GD, m x m.
        magnitude: GM, m x m.
        index: of each task, m.
    """

    direction: Table
    magnitude: Table
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
class ExpertUse:
    """How a connector's mixture of N experts is used on the images of m tasks, and how alike the experts are.

    Attributes:
        name: of the mixture in the model.
        routing: of its router.
        entropy: of a token's weights over log N, mean over tokens: 0 where each token has one expert, 1 where all
            experts count alike.
        entropy_of_mean: of the mean weights over log N: 0 where one expert has all tokens, 1 where all are used alike,
            be it each for other tokens.
        use: mean weight of each expert on the tokens of each task, m x N.
        alike_in_weights: cosine of two experts' parameters, N x N; nothing of it varies over batches.
        alike_in_output: cosine of what two experts say of the same token, mean over tokens, N x N.
    """

    name: str
    routing: str
    entropy: Interval
    entropy_of_mean: Interval
    use: Table
    alike_in_weights: tuple[tuple[float, ...], ...]
    alike_in_output: Table


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
        experts: of the connector; null where it is no mixture of two or more.
    """

    model: str
    tasks: tuple[str, ...]
    batches: int
    samples: int
    seed: int
    modules: tuple[ModulePull, ...]
    experts: ExpertUse | None
