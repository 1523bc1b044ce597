"""Lists of blocks in the module graph, proved by their calls: each block's output goes into the next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from angiogram.model.discover.trace import Call, Trace


@dataclass(frozen=True)
class Chain:
    """Blocks that are called one after another and keep their input's shape.

    Attributes:
        calls: the blocks' calls, one a block, in order.
        links: of the steps from a block to the next, so many were seen: a row of the one's output enters the other.
    """

    calls: tuple[Call, ...]
    links: int

    @property
    def paths(self) -> tuple[str, ...]:
        """Of the blocks."""
        return tuple(call.path for call in self.calls)

    @property
    def parent(self) -> str:
        """The list that holds the blocks."""
        return self.calls[0].path.rpartition(".")[0]

    @property
    def linked(self) -> bool:
        """Whether every step was seen."""
        return self.links == len(self.calls) - 1


def within(path: str, parent: str) -> bool:
    """Whether a module is `parent` or lies inside it.

    >>> within("model.blocks.1", "model.blocks"), within("model.blocks2", "model.blocks")
    (True, False)
    """
    return path == parent or path.startswith(f"{parent}.")


def chains(trace: Trace) -> list[Chain]:
    """All lists of blocks in order of their first call; of nested ones only the outermost."""
    siblings: dict[str, list[Call]] = defaultdict(list)
    for call in trace.calls:
        parent, _, name = call.path.rpartition(".")
        if name.isdigit() and not call.leaf:
            siblings[parent].append(call)
    found = [chain for calls in siblings.values() if (chain := _chain(calls)) is not None]
    outermost = [c for c in found if not any(c is not o and within(c.parent, o.parent) for o in found)]
    return sorted(outermost, key=lambda chain: chain.calls[0].began)


def _chain(calls: Sequence[Call]) -> Chain | None:
    """The calls as a chain; None where a block is called twice or reshapes, or none feeds the next."""
    if len({call.path for call in calls}) < len(calls):
        return None
    if any(call.given is None or call.gave is None or call.given.shape != call.gave.shape for call in calls):
        return None
    links = sum(_linked(one, following) for one, following in pairwise(calls))
    return Chain(tuple(calls), links) if len(calls) == 1 or links else None


def _linked(one: Call, following: Call) -> bool:
    assert one.gave is not None and following.given is not None
    return bool(following.given.found_in(one.gave).any())
