"""Contenders against each other in one run: each in a fresh process with one thread, taking turns.

A measuring script plays two parts. Started by hand it is the referee: it starts itself once for each contender
(`--contender NAME`), asks them one after the other for a turn, again and again, and keeps what they answer. A machine
that slows down thereby slows down all of them, and a ratio is taken between turns of the same round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Self

Turn = dict[str, float]
PINNED = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1") | {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}


def arguments(about: str, *, rounds: int, batch: int = 2, shape: str = "small") -> argparse.ArgumentParser:
    """The options that the measuring scripts share."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--shape", default=shape, help="which model, a name in subjects.SHAPES")
    parser.add_argument("--batch", type=int, default=batch, help="images a forward pass")
    parser.add_argument("--rounds", type=int, default=rounds, help="turns of each contender")
    parser.add_argument("--suffix", default="", help="behind the name of the result, e.g. -gpu")
    parser.add_argument("--commit", help="what is measured, where git is not there to say it")
    parser.add_argument("--contender", help="play this part; without it, be the referee")
    return parser


class Player:
    """One contender in its own process, which ends with the `with` block."""

    def __init__(self, name: str, options: Sequence[str]) -> None:
        command = [sys.executable, sys.argv[0], *options, "--contender", name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | PINNED
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()  # ends it
        self._process.wait()

    def failed(self) -> str:
        """Wait until it is prepared: why it cannot take part, nothing where it can."""
        return self._answer().get("failed", "")

    def turn(self) -> Turn:
        """Have it do its thing once."""
        assert self._process.stdin is not None
        self._process.stdin.write("turn\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(map(str, self._process.args))} ended with {self._process.wait()}.")
        return json.loads(line)


def play(prepare: Callable[[], Callable[[], Turn]]) -> None:
    """The contender's side: prepare, then answer each line on stdin with one turn.

    A missing package is said and not raised: the others go on without this contender.
    """
    said = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer

    def answer(content: Mapping[str, Any]) -> None:
        said.write(json.dumps(content) + "\n")
        said.flush()

    try:
        turn = prepare()
    except ImportError as error:
        return answer({"failed": f"{type(error).__name__}: {error}"})
    answer({})
    for _ in sys.stdin:
        answer(turn())


def contest(
    names: Sequence[str], options: Sequence[str], rounds: int, *, warm: int = 1, seldom: Mapping[str, int] | None = None
) -> tuple[dict[str, list[Turn]], dict[str, str]]:
    """Let the contenders take turns.

    Args:
        names: of the contenders; each round begins with the next one.
        options: that every process gets.
        rounds: turns of each.
        warm: turns of each before those that count.
        seldom: contenders that take part only in the first so many rounds and need no warm turn, being slow.

    Returns:
        Their turns, and why others could not take part.
    """
    seldom = seldom or {}
    with ExitStack() as stack:
        players = {name: stack.enter_context(Player(name, options)) for name in names}
        failed = {name: why for name, player in players.items() if (why := player.failed())}
        ready = [name for name in names if name not in failed]
        for name in ready:
            for _ in range(0 if name in seldom else warm):
                players[name].turn()
        turns: dict[str, list[Turn]] = {name: [] for name in ready}
        for number in range(rounds):
            first = number % len(ready)
            for name in ready[first:] + ready[:first]:
                if number < seldom.get(name, rounds):
                    turns[name].append(players[name].turn())
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return turns, failed


def summary(values: Sequence[float]) -> dict[str, float]:
    """Smallest, median and largest, and the quartiles between which half of the values lie.

    >>> summary([3.0, 1.0, 2.0])
    {'min': 1.0, 'lower': 1.5, 'median': 2.0, 'upper': 2.5, 'max': 3.0, 'runs': 3}
    """
    lower, median, upper = statistics.quantiles(values, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return {
        "min": min(values),
        "lower": lower,
        "median": median,
        "upper": upper,
        "max": max(values),
        "runs": len(values),
    }


def paired(these: Sequence[Turn], those: Sequence[Turn], key: str = "seconds") -> dict[str, float]:
    """The summary of the ratios of two contenders within each round that both took part in.

    >>> paired([{"seconds": 2.0}, {"seconds": 3.0}], [{"seconds": 1.0}, {"seconds": 1.0}, {"seconds": 9.0}])["median"]
    2.5
    """
    return summary([a[key] / b[key] for a, b in zip(these, those, strict=False)])


def table(
    turns: Mapping[str, Sequence[Turn]],
    failed: Mapping[str, str],
    notes: Mapping[str, str],
    base: str,
    key: str = "seconds",
    unit: str = "s",
) -> dict[str, dict[str, Any]]:
    """What a result file says of each contender, and of its ratio to the one named `base`."""
    entries: dict[str, dict[str, Any]] = {}
    for name, note in notes.items():
        if name in failed:
            entries[name] = {"note": note, "failed": failed[name]}
        else:
            taken = summary([turn[key] for turn in turns[name]])
            entries[name] = {
                "note": note,
                "unit": unit,
                **taken,
                f"ratio to {base}": paired(turns[name], turns[base], key),
            }
    return entries
