"""Known faults in three models: does the diagnosis find them, and nothing else?

The embedded model (tuned), and two small trained models of other families, on CT crops and, where it is present, on
PneumoniaMNIST. Every diagnosis is kept in build/lesions and not made again. Writes results/lesions.json; `--quick` runs
a few lesions on one small model and writes nothing.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from transformers.utils import logging

from angiogram.cache import default_cache
from angiogram.cli.progress import printed
from angiogram.cli.references import reference_of, wanted
from angiogram.data.cases import Cases
from angiogram.data.intake import examine
from angiogram.data.sources import open_cases
from angiogram.data.splits import assign, subset
from angiogram.diagnose.lesions.lesion import LESIONS
from angiogram.diagnose.lesions.subject import Subject
from angiogram.diagnose.lesions.suite import Suite, run_suite
from angiogram.diagnose.lesions.summary import Summary, summary
from angiogram.diagnose.settings import Settings
from angiogram.model.load import load_model
from angiogram.report.lesions import print_lesions
from lesion_cases import rows_of, subject_cases
from lesion_families import FAMILIES
from lesion_subjects import SETS, make_subject
from record import record

KEPT = Path("build/lesions")
GOAL = (
    "the right stage in at least 95 % of the runs in which the answer falls by 10 points or more, and new alarms in at "
    "most 5 % of the draws without a lesion"
)
SETTINGS = Settings()


@dataclass(frozen=True)
class Planned:
    """One subject of the suite.

    Attributes:
        model: a model's name, or a family of small models that are trained here.
        cases: a set's name or path.
        strengths, seeds: of its lesions.
        train, test: at most so many cases; None for all of a small model's own.
    """

    model: str
    cases: str
    strengths: tuple[float, ...]
    seeds: tuple[int, ...]
    train: int | None = None
    test: int | None = None


EMBEDDED = Planned("demo-tuned", "phantom", (0.5, 1.0), (0,), 288, 240)
SMALL = tuple(Planned(family, cases, (0.25, 0.5, 0.75, 1.0), (0, 1)) for cases in SETS for family in FAMILIES)
QUICK = Planned(next(iter(FAMILIES)), "phantom", (1.0,), (0,))
QUICK_LESIONS = ("encoder-noise", "connector-subspace", "llm-attention", "head-permuted")


def subject(planned: Planned) -> Subject:
    """The model and its cases, trained where it is a small one."""
    cache = default_cache()
    if planned.model in FAMILIES:
        cases: Cases = subject_cases(planned.cases, cache, printed)
        model = str(make_subject(planned.model, cases, rows_of(cases, "train"), cache, 0, printed))
    else:
        cases, model = subset(open_cases(planned.cases, cache, printed), planned.train, planned.test, 0), planned.model
    examined = examine(cases, printed)
    splits = assign(examined.cases, 5, 0)
    loaded = load_model(model, cache, printed)
    reference = reference_of(wanted("cnn", None), loaded, examined, splits, cache, printed)
    return Subject(loaded, examined, splits, reference, SETTINGS)


def run(planned: Planned, lesions: Sequence[str]) -> tuple[Suite, Summary]:
    """All lesions of one subject."""
    kept = KEPT / f"{planned.model}-{Path(planned.cases).stem}"
    suite = run_suite(subject(planned), kept, printed, lesions, planned.strengths, planned.seeds)
    found = summary([suite], SETTINGS)
    print_lesions(suite, found)
    return suite, found


def main(arguments: list[str]) -> None:
    """Run the suite and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="four lesions in one small model; nothing written")
    quick = parser.parse_args(arguments).quick
    logging.disable_progress_bar()
    start = time.monotonic()
    if quick:
        _, found = run(QUICK, QUICK_LESIONS)
        sys.exit(found.verdict.right < 0.5)
    wanted_runs = [p for p in (EMBEDDED, *SMALL) if not p.cases.endswith(".npz") or Path(p.cases).is_file()]
    done = {f"{p.model} on {Path(p.cases).stem}": run(p, tuple(LESIONS)) for p in wanted_runs}
    whole = summary([suite for suite, _ in done.values()], SETTINGS)
    record(
        "lesions",
        whole.verdict.right,
        "share of the runs with a fallen answer whose planted stage is diagnosed",
        GOAL,
        whole.verdict.right >= 0.95 and whole.false_alarms <= 0.05,
        spread={name: found.verdict.right for name, (_, found) in done.items()},
        contenders={"comparison with the model as it is": whole.change.right},
        **asdict(whole),
        columns=["vision", "connector", "comprehension", "mapping", "nothing new"],
        outcomes={name: [asdict(outcome) for outcome in suite.outcomes] for name, (suite, _) in done.items()},
        seconds=round(time.monotonic() - start),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
