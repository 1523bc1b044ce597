"""Real image sets with duplicates, patients and few cases: is every large loss of the embedded model called present?

The embedded model (demo) has seen none of these images, so that it loses most of what there is to lose. Every set of
../shared/data that is a labelled image set is diagnosed as a user does it, through the Python face, with the specialist
that Angiogram trains. A loss above 20 points must be called present, and of a total above 20 points it must be said
where it stands. Repairs that cost passes are left out: they say what a loss means, not whether there is one. VQA-RAD
(questions, not classes) and the hippocampus (labels of voxels) are no labelled image sets. Writes
results/real_sets.json; runs are kept in build/real_sets. Exits with 1 where a large loss is not called present.
"""

import csv
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import angiogram as ag
from angiogram.data.cases import Cases
from record import record

DATA = Path("../shared/data")
KEPT = Path("build/real_sets")
MODEL = "demo"
LARGE = 0.20
GOAL = "every loss above 20 points is called present; of every total above 20 points it is said where it stands"


def brain_mri() -> Cases:
    """Four classes in folders; no patients, neighbouring slices; every second run of 20, so that neighbours stay."""
    cases = ag.open_cases(DATA / "brainmri", progress=None)
    return cases.select([row for row in range(len(cases)) if row // 20 % 2 == 0])


def lung_ultrasound() -> Cases:
    """Two classes of 12 patients, in a table; a third class has one frame only."""
    return ag.open_cases(
        DATA / "pocus" / "manifest.csv",
        group_column="patient",
        image_folder=DATA / "pocus" / "frames",
        leave_out=("Bacterial pneumonia",),
        progress=None,
    )


def chest_xrays() -> Cases:
    """Two classes with a split of their own."""
    return ag.open_cases(DATA / "pneumoniamnist.npz", progress=None)


def retinopathy() -> Cases:
    """Five grades."""
    return _idrid("Retinopathy grade", "grade")


def macular_oedema() -> Cases:
    """Three risks, of the same photographs."""
    return _idrid("Risk of macular edema", "risk")


def _idrid(column: str, said: str) -> Cases:
    """Its two tables as one, with the split that they stand for."""
    rows = [("image", "label", "split")]
    for side, file in (("train", "a. IDRiD_Disease Grading_Training"), ("test", "b. IDRiD_Disease Grading_Testing")):
        with (DATA / "idrid" / f"{file} Labels.csv").open(newline="") as table:
            for row in csv.DictReader(table):
                named = {name.strip(): value for name, value in row.items() if name}
                rows.append((f"{side}/{named['Image name']}.jpg", f"{said} {named[column]}", side))
    path = KEPT / f"idrid-{said}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as table:
        csv.writer(table).writerows(rows)
    return ag.open_cases(path, image_folder=DATA / "idrid", progress=None)


# With at most how many training and test cases.
SETS: dict[str, tuple[Callable[[], Cases], int | None, int | None]] = {
    "lung ultrasound": (lung_ultrasound, None, None),
    "brain MRI": (brain_mri, None, None),
    "retinopathy": (retinopathy, None, None),
    "macular oedema": (macular_oedema, None, None),
    "chest X-rays": (chest_xrays, 500, 400),
}


def found(run: ag.Run) -> dict[str, Any]:
    """What a run says of its losses, and which large one it does not call present."""
    told = run.diagnosis
    losses: dict[str, dict[str, Any]] = {
        card.mode: {"state": card.state, "loss": card.loss.value, "low": card.loss.low, "high": card.loss.high}
        for card in told.verdicts
        if card.loss is not None
    }
    total = told.total
    missed = [mode for mode, each in losses.items() if each["loss"] > LARGE and each["state"] != "present"]
    if total.value > LARGE and not (run.fault or run.among):
        missed.append("total")
    return {
        "headline": run.headline,
        "fault": run.fault,
        "among": run.among,
        "evaluated": told.evaluated,
        "groups": told.groups,
        "total": [total.value, total.low, total.high],
        "losses": losses,
        "missed": missed,
    }


def large(sets: Mapping[str, dict[str, Any]]) -> int:
    """How many losses of a mode are above `LARGE`."""
    return sum(each["loss"] > LARGE for one in sets.values() for each in one["losses"].values())


def main() -> None:
    """Diagnose, look, record."""
    if not DATA.is_dir():
        sys.exit(f"The real sets are not there: {DATA}.")
    sets: dict[str, dict[str, Any]] = {}
    for name, (opened, train, test) in SETS.items():
        out = KEPT / name.replace(" ", "-")
        run = ag.diagnose(
            MODEL, opened(), out, reference="cnn", ladder="free", train_cases=train, test_cases=test, progress=print
        )
        sets[name] = found(run)
        print(f"{name}: {sets[name]['headline']} Missed: {', '.join(sets[name]['missed']) or 'nothing'}.", flush=True)
    missed = sum(len(each["missed"]) for each in sets.values())
    record(
        "real_sets",
        missed,
        "large losses that are not called present",
        GOAL,
        missed == 0,
        spread="one run a set",
        contenders={},
        model=MODEL,
        large=large(sets),
        sets=sets,
    )
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
