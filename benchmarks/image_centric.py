"""Image-centric against scattered against pseudo image-centric data: entries of each task, steps and seeds alike.

The image-centric and the scattered view of simulated radiographs are made as by `angiogram data view`. The pseudo arm
learns from the scattered view, annotates the missing tasks of its images itself, learns from what passes the filters of
confidence and consistency, then from the true labels again. Of each arm: the loss of held-out answers by task, the
first metric of each task, spectral entropy and dominant ratio of the gradients along the training; of the pseudo-labels
the kept share and its precision against the truth. Writes results/image_centric.json.

Each run is kept below build/comparisons/ and not made again; a killed command goes on where it stopped.
"""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from angiogram.data.annotations.table import read_annotations
from angiogram.data.views.build import build_views
from angiogram.data.views.view import Asked
from angiogram.data.views.write import CENTRIC as CENTRIC_TABLE
from angiogram.data.views.write import SCATTERED as SCATTERED_TABLE
from angiogram.data.views.write import write_views
from angiogram.plain import plain as as_json
from comparison.arms import ARMS, CENTRIC, PSEUDO, SCATTERED, STAGES, plain, pseudo
from comparison.bench import BUILD, Bench, Json, measured_at, write
from comparison.budget import QUICK, Budget
from comparison.differences import ALL, differences, over_seeds
from comparison.told import answers_of, losses_of, shares_of

PAIRS = ((CENTRIC, SCATTERED), (PSEUDO, SCATTERED), (CENTRIC, PSEUDO))


def main(given: list[str] | None = None, build: Path = BUILD) -> Path:
    """Make what is missing, and write the result; its file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each arm")
    parser.add_argument("--quick", action="store_true", help="tiny parts and steps, to see that everything runs")
    options = parser.parse_args(given)
    bench = Bench("image_centric", QUICK if options.quick else Budget(), options.quick, build)
    truth = bench.table()
    views = bench.once("views", lambda: make_views(bench, truth))
    tables = {CENTRIC: bench.folder / "views" / CENTRIC_TABLE, SCATTERED: bench.folder / "views" / SCATTERED_TABLE}
    runs = {arm: list[Json]() for arm in ARMS}
    for seed in range(options.seeds):
        for arm in ARMS:
            made = bench.once(f"{arm}-{seed}", lambda a=arm, s=seed: run(bench, a, tables, truth, s))
            runs[arm].append(made)
    return write(bench, result(bench, views, runs))


def run(bench: Bench, arm: str, tables: Mapping[str, Path], truth: Path, seed: int) -> Json:
    """Train one arm and score it."""
    if arm == PSEUDO:
        return pseudo(bench, tables[SCATTERED], truth, seed)
    return plain(bench, arm, tables[arm], truth, seed)


def make_views(bench: Bench, truth: Path) -> Json:
    """Both views, in numbers."""
    table = read_annotations(truth)
    views = build_views(table, truth.name, Asked(images=bench.budget.centric), "none", print)
    write_views(views, table, bench.folder / "views")
    view = views.view
    return {
        "matched": as_json(view.matched),
        **{
            name: {
                "entries": each.entries,
                "images": each.images,
                "tasks_per_image": each.tasks_per_image.mean,
                "entries_of": {task.task: task.entries for task in each.tasks},
            }
            for name, each in ((CENTRIC, view.image_centric), (SCATTERED, view.scattered))
        },
    }


def result(bench: Bench, views: Json, runs: Mapping[str, list[Json]]) -> Json:
    """All runs in numbers."""
    losses = {arm: [each["losses"] for each in made] for arm, made in runs.items()}
    minus = {f"{one} minus {other}": differences(losses[one], losses[other]) for one, other in PAIRS}
    return {
        "value": sum(found[ALL]["told_apart"] for found in minus.values()),
        "unit": f"of {len(minus)} pairs of arms told apart by the loss over all tasks",
        "goal": "none: a comparison, reported whatever it shows",
        "met": True,
        "spread": "differences of losses: bootstrap over held-out images, and t over seeds; 95 %",
        "contenders": {
            arm: {"loss": losses_of(made), "answers": answers_of(made), "spectra": spectra(made)}
            for arm, made in runs.items()
        },
        "minus": minus,
        "views": without_commit(views),
        "pseudo": [without_commit(each["annotated"]) for each in runs[PSEUDO]],
        "shares": shares_of([each["annotated"] for each in runs[PSEUDO]]),
        "seeds": len(runs[CENTRIC]),
        "budget": asdict(bench.budget),
        "measured": measured_at([each for made in runs.values() for each in made]),
    }


def without_commit(kept: Json) -> Json:
    """What was kept, without the commit that stands elsewhere."""
    return {name: value for name, value in kept.items() if name != "commit"}


def spectra(made: list[Json]) -> list[dict[str, Any]]:
    """Spectral entropy and dominant ratio by stage, step and module: of each seed, and a t interval over the seeds."""
    found: list[dict[str, Any]] = []
    for number, name in enumerate(STAGES):
        for place, row in enumerate(made[0]["spectra"][number]):
            own = [each["spectra"][number][place] for each in made]
            found.append(
                {"stage": name, "step": row["step"], "module": row["module"], "n": row["n"]}
                | {
                    key: {"seeds": [each[key] for each in own], "over_seeds": over_seeds([each[key] for each in own])}
                    for key in ("entropy", "dominant")
                }
            )
    return found


if __name__ == "__main__":
    print(main())
