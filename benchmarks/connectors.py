"""Connectors against each other on the seven tasks of simulated radiographs, by the same entries, steps and seeds.

An MLP, an MLP with as many parameters as the mixture, and a mixture of seven experts under each router are trained with
low-rank factors of the embedded LLM. Of each: the loss of held-out answers by task, the first metric of each task, the
tug-of-war of the tasks on the connector, parameters, and seconds. Writes results/connectors.json.

Each run is kept below build/comparisons/ and not made again; a killed command goes on where it stopped.
"""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from comparison.bench import BUILD, Bench, Json, forget, measured_at, write
from comparison.budget import QUICK, Budget
from comparison.differences import ALL, differences
from comparison.projectors import MATCHED, MLP, parameters, projectors
from comparison.pull import pull
from comparison.scores import loaded_from, scores
from comparison.times import times
from comparison.told import answers_of, losses_of
from comparison.training import parts_of, stage, trained

STAGE = "tuned"


def main(given: list[str] | None = None, build: Path = BUILD) -> Path:
    """Make what is missing, and write the result; its file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each connector")
    parser.add_argument("--quick", action="store_true", help="tiny parts and steps, to see that everything runs")
    parser.add_argument("--time", action="store_true", help="measure the seconds anew")
    options = parser.parse_args(given)
    bench = Bench("connectors", QUICK if options.quick else Budget(), options.quick, build)
    table, projects = bench.table(), projectors(bench.parts)
    if options.time:
        (bench.folder / "time.json").unlink(missing_ok=True)
    runs = {name: list[Json]() for name in projects}
    for seed in range(options.seeds):
        for name, project in projects.items():
            made = bench.once(f"{name}-{seed}", lambda n=name, p=project, s=seed: run(bench, table, n, p, s))
            runs[name].append(made)
    timed = bench.once("time", lambda: times(bench, table, projects))
    return write(bench, result(bench, runs, projects, timed))


def run(bench: Bench, table: Path, name: str, project: Mapping[str, Any], seed: int) -> Json:
    """Train one connector and score it."""
    folder = bench.folder / f"{name}-{seed}"
    stages = [stage(STAGE, bench.budget.steps, table, bench.budget)]
    (last,) = trained(parts_of(bench, project), stages, table, seed, folder)
    loaded = loaded_from(last)
    found = scores(loaded, table, bench.budget, folder / "answers")
    if seed == 0:
        found["pull"] = pull(loaded, table, bench.budget.pulled)
    del loaded
    forget(folder / "start", last)
    return found


def result(bench: Bench, runs: Mapping[str, list[Json]], projects: Mapping[str, Any], timed: Json) -> Json:
    """All runs in numbers."""
    losses = {name: [each["losses"] for each in made] for name, made in runs.items()}
    against = {
        other: {name: differences(own, losses[other]) for name, own in losses.items() if name != other}
        for other in (MLP, MATCHED)
    }
    apart = [name for name, found in against[MLP].items() if found[ALL]["told_apart"]]
    return {
        "value": len(apart),
        "unit": f"of {len(against[MLP])} connectors told apart from the MLP by the loss over all tasks",
        "goal": "none: a comparison, reported whatever it shows",
        "met": True,
        "spread": "differences of losses: bootstrap over held-out images, and t over seeds; 95 %",
        "contenders": {
            name: {
                "project": projects[name],
                "parameters": parameters(bench.parts, projects[name]),
                "loss": losses_of(made),
                "answers": answers_of(made),
                "pull": made[0]["pull"],
                **{kind: timed["connectors"][name][kind] for kind in ("step", "connector")},
            }
            for name, made in runs.items()
        },
        "minus": against,
        "seeds": len(runs[MLP]),
        "budget": asdict(bench.budget),
        "measured": measured_at([each for made in runs.values() for each in made]),
    }


if __name__ == "__main__":
    print(main())
