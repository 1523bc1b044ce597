"""P2: peak memory above a plain forward pass, by number of images.

Batches of prompts with 256 image tokens each go through the model, for growing numbers of images:
- angiogram: `fill`, as a diagnosis runs its twin: every tap pooled in hooks, rows written into the feature store;
- all states: every tapped module's output is kept for all images, on the model's device.
The value is angiogram / all states at the largest number, each less the peak of plain forward passes; "flat" says that
angiogram needs at most 1 % more for the largest number than for the smallest.

On a GPU the peak is CUDA's `max_memory_allocated`. On a CPU the bytes of all living tensors are counted, operation by
operation: exact and the same in every run, but without what a kernel takes and gives back inside. Pages of the memory-
mapped store are not counted; they are the system's file cache, which it takes back when memory is short.
"""

import tempfile
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from contest import Turn, arguments, contest, play, summary
from record import record

GOAL, FLAT = 0.05, 1.01
BATCHES = (2, 4, 8)  # the first holds the rows of two batches already: one being written, one being computed
CONTENDERS = {
    "plain": "forward passes without taps",
    "angiogram": "every tap pooled in hooks and written into the store, batch by batch",
    "all states": "the output of every tapped module kept whole, for all images",
}


def main() -> None:
    """Referee or contender."""
    options = arguments(__doc__ or "", rounds=1).parse_args()
    if options.contender:
        return play(lambda: part(options))
    given = ["--device", options.device, "--shape", options.shape, "--batch", str(options.batch)]
    turns, _ = contest(list(CONTENDERS), given, options.rounds, warm=0)
    peaks = {name: found[0] for name, found in turns.items()}
    counts = [str(count * options.batch) for count in BATCHES]
    plain = peaks["plain"][counts[0]]
    above = {name: {n: peaks[name][n] - plain for n in counts} for name in ("angiogram", "all states")}
    ratios = {n: above["angiogram"][n] / above["all states"][n] for n in counts}
    flat = above["angiogram"][counts[-1]] <= FLAT * above["angiogram"][counts[0]]
    path = record(
        f"P2{options.suffix}",
        ratios[counts[-1]],
        "of the memory that all states take",
        f"at most {GOAL}, and flat in the number of images",
        ratios[counts[-1]] <= GOAL and flat,
        spread={**summary([ratios[counts[-1]]]), "by images": ratios},
        contenders={
            name: {"note": note, "unit": "bytes above plain", "by images": above[name]}
            if name in above
            else {"note": note, "unit": "bytes", "by images": {counts[0]: plain}}
            for name, note in CONTENDERS.items()
        },
        device=options.device,
        measured=options.commit,
        flat=flat,
        model=options.shape,
        batch=options.batch,
    )
    print(path)


def part(options: Any) -> Callable[[], Turn]:
    """Peak bytes by number of images."""
    from subjects import subject

    loaded = subject(options.shape, options.device)
    run = {"plain": plain, "angiogram": angiogram, "all states": all_states}[options.contender]
    counts = BATCHES[:1] if options.contender == "plain" else BATCHES

    def turn() -> Turn:
        found: Turn = {}
        for count in counts:
            with peak(options.device) as bytes_at_most:
                run(loaded, options.shape, options.batch, count)
            found[str(count * options.batch)] = bytes_at_most()
        return found

    return turn


def plain(loaded: Any, shape: str, size: int, count: int) -> None:
    """Nothing is kept."""
    from subjects import batch, forward

    for number in range(count):
        forward(loaded, batch(loaded, shape, size, number)[0])


def angiogram(loaded: Any, shape: str, size: int, count: int) -> None:
    """`fill` with the passes of a diagnosis: pooled rows go into the store."""
    from angiogram.diagnose.collect.passes import Content, Passes
    from angiogram.diagnose.collect.plan import Plan
    from angiogram.tap.ranks import ALONE
    from angiogram.tap.runner import fill
    from angiogram.tap.stages import batch_poolings
    from angiogram.tap.store import ArraySpec, FeatureStore
    from angiogram.tap.taps import plan_taps
    from angiogram.tap.work import Ready
    from subjects import batch, pictures

    class Made(Passes):
        """The passes, over batches made without pictures."""

        def read(self, rows: Any) -> Ready:
            inputs, sizes = batch(loaded, shape, len(rows), rows[0])
            pixels = np.zeros((len(rows), 1, 768), np.float32)
            return Ready(tuple(rows), Content((inputs,), batch_poolings(loaded, inputs, sizes), pixels))

    planned = Plan(loaded, plan_taps(loaded.anatomy), None, np.zeros(size * count, bool), ("",))
    work = Made(planned, pictures(shape, 1).cases)
    batches = [tuple(range(number * size, (number + 1) * size)) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        specs = {name: ArraySpec(array.shape[1:]) for name, array in work.run(work.read((0,))).items()}
        store = FeatureStore.open(Path(folder) / "store", {}, size * count, count, lambda: specs)
        fill(store, work, "P2", batches, loaded.device, ALONE, lambda line: None)


def all_states(loaded: Any, shape: str, size: int, count: int) -> None:
    """The output of every tapped module, whole."""
    from angiogram.tap.taps import plan_taps
    from subjects import batch, forward

    kept: list[Tensor] = []
    paths = dict.fromkeys(tap.module for tap in plan_taps(loaded.anatomy) if tap.module)
    handles = [
        loaded.model.get_submodule(path).register_forward_hook(lambda _, __, output: kept.append(output))
        for path in paths
    ]
    for number in range(count):
        forward(loaded, batch(loaded, shape, size, number)[0])
    for handle in handles:
        handle.remove()


@contextmanager
def peak(device: str) -> Generator[Callable[[], int]]:
    """A function that says, after the context, how many bytes more than before lived in it at most."""
    if device == "cpu":
        with Living() as living:
            yield lambda: living.most
        return
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    most: list[int] = []
    yield lambda: most[0]
    torch.cuda.synchronize()
    most.append(torch.cuda.max_memory_allocated() - before)


class Living(TorchDispatchMode):
    """Counts the bytes of all tensors that were made in its context and live.

    Attributes:
        most: the largest count so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.most = self._now = 0
        self._known: dict[int, weakref.ref[Any]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the operation and count what it made."""
        given = {id(t.untyped_storage()) for t in tree_flatten((args, kwargs))[0] if isinstance(t, Tensor)}
        output = func(*args, **(kwargs or {}))
        for tensor in tree_flatten(output)[0]:
            if isinstance(tensor, Tensor) and id(tensor.untyped_storage()) not in given | self._known.keys():
                self._count(tensor.untyped_storage())
        return output

    def _count(self, storage: Any) -> None:
        key, size = id(storage), storage.nbytes()

        def gone(_: Any) -> None:
            self._now -= size
            del self._known[key]

        self._known[key] = weakref.ref(storage, gone)
        self._now += size
        self.most = max(self.most, self._now)


if __name__ == "__main__":
    main()
