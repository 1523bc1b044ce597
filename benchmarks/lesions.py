"""Known faults in three models: does the diagnosis find them, and nothing else?

The embedded model (tuned), and two small trained models of other families, on CT crops and, where it is present, on
PneumoniaMNIST. The embedded model knows CT crops only and takes most of the time: its lesions have another seed at
each strength, in place of every seed at every strength.
Every diagnosis is kept in build/lesions and not made again. Writes results/lesions.json; `seconds` is None where some
had been kept, and leaves out the training of the small models, which stay in the user's cache. `--quick` runs four
lesions on one small model and writes nothing.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from transformers.utils import logging

from angiogram.api.references import reference_of, wanted
from angiogram.cache import default_cache
from angiogram.cli.progress import printed
from angiogram.data.divide import divide
from angiogram.data.intake import examine
from angiogram.data.splits import subset
from angiogram.diagnose.settings import Settings
from angiogram.lesion.lesion import lesions_of
from angiogram.lesion.subject import Subject
from angiogram.lesion.suite import Suite, run_suite
from angiogram.lesion.summary import summary
from angiogram.model.load import load_model
from angiogram.report.lesions import print_lesions
from lesion_cases import FOUR, PHANTOM, rows_of, subject_cases
from lesion_families import FAMILIES
from lesion_subjects import BRIEF, SETS, Training, make_subject
from record import record
from workers import one_thread, workers

KEPT = Path("build/lesions")
GOAL = (
    "the right stage in at least 95 % of the runs in which the answer falls by 10 points or more, and new alarms in at "
    "most 5 % of the draws without a lesion; no fault found in the models as they are; 40 minutes on two cores"
)
SETTINGS = Settings()
RIGHT, ALARMS, SECONDS = 0.95, 0.05, 2400


@dataclass(frozen=True)
class Planned:
    """One subject of the suite.

    Attributes:
        model: a model's name, or a family of small models that are trained here.
        cases: a set's name or path.
        strengths, seeds: of its lesions.
        train, test: at most so many cases; None for all of a small model's own.
        training: how a small model is trained.
        classes: of the phantom.
        batch_size: images a forward pass; a small model spends more time between passes than in them.
    """

    model: str
    cases: str
    strengths: tuple[float, ...]
    seeds: tuple[int, ...]
    train: int | None = None
    test: int | None = None
    training: Training = BRIEF
    classes: tuple[str, ...] = PHANTOM
    batch_size: int = 64


EMBEDDED = tuple(
    Planned("demo-tuned", "phantom", (strength,), (seed,), 270, 216, batch_size=16)
    for seed, strength in enumerate((0.5, 1.0))
)
SMALL = tuple(
    Planned(family, cases, (0.5, 0.75, 1.0), (0, 1), training=training)
    for cases, training in SETS.items()
    for family in FAMILIES
)
QUICK = Planned(next(iter(FAMILIES)), "phantom", (1.0,), (0,), classes=FOUR)
QUICK_LESIONS = ("encoder-noise", "connector-subspace", "llm-attention", "head-permuted")


def subject(planned: Planned) -> Subject:
    """The model and its cases: the same cut of the set for all models; a small model is trained on it."""
    cache = default_cache()
    cases, model = subject_cases(planned.cases, cache, printed, planned.classes), planned.model
    if model in FAMILIES:
        model = str(make_subject(model, cases, rows_of(cases, "train"), cache, 0, printed, planned.training))
    examined = examine(subset(cases, planned.train, planned.test, 0), printed)
    examined, splits = divide(examined, 5, 0)
    loaded = load_model(model, cache, printed)
    reference = reference_of(wanted("cnn", None), loaded, examined, splits, cache, printed)
    return Subject(loaded, examined, splits, reference, replace(SETTINGS, batch_size=planned.batch_size))


def run(planned: Planned, lesions: Sequence[str]) -> Suite:
    """All lesions of one subject."""
    logging.disable_progress_bar()
    found = subject(planned)
    kept = KEPT / f"{planned.model}-{Path(planned.cases).stem}-{found.loaded.revision[:12]}"
    return run_suite(found, kept, printed, lesions, planned.strengths, planned.seeds)


def merged(parts: Sequence[Suite]) -> Suite:
    """All lesions of one subject."""
    return replace(parts[0], outcomes=tuple(outcome for part in parts for outcome in part.outcomes))


def main(arguments: list[str]) -> None:
    """Run the suite and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="four lesions in one small model; nothing written")
    quick = parser.parse_args(arguments).quick
    start = time.monotonic()
    if quick:
        one_thread()
        suite = run(QUICK, QUICK_LESIONS)
        found = summary([suite], SETTINGS)
        print_lesions(suite, found)
        told = found.verdict.runs == len(QUICK_LESIONS) and found.verdict.right == 1.0
        sys.exit(not told or found.healthy > 0 or found.false_alarms > ALARMS)
    fresh = not any(KEPT.rglob("outcomes/*"))
    here = [planned for planned in SMALL if planned.cases == "phantom" or Path(planned.cases).is_file()]
    lesions = lesions_of("tuning")  # the frozen half is diagnosed once, at the end
    with workers() as pool:
        # The large model takes longer than all others together: its lesions come one by one, most at the end, so that
        # both cores end at about the same time. They share what the first of them found in the model as it is.
        first = pool.submit(run, EMBEDDED[0], lesions[:1])
        small = [pool.submit(run, planned, lesions) for planned in here]
        parts = [(planned, (lesion,)) for lesion in lesions for planned in EMBEDDED]
        rest = [pool.submit(run, *part) for part in parts[1:]]
        suites = [merged([part.result() for part in (first, *rest)]), *(suite.result() for suite in small)]
    names = [f"{planned.model} on {Path(planned.cases).stem}" for planned in (EMBEDDED[0], *here)]
    for name, suite in zip(names, suites, strict=True):
        print(name)
        print_lesions(suite, summary([suite], SETTINGS))
    whole = summary(suites, SETTINGS)
    seconds = round(time.monotonic() - start) if fresh else None
    record(
        "lesions",
        whole.verdict.right or 0.0,
        "share of the runs with a fallen answer whose planted stage is diagnosed",
        GOAL,
        (whole.verdict.right or 0.0) >= RIGHT
        and whole.false_alarms <= ALARMS
        and whole.healthy == 0
        and seconds is not None
        and seconds <= SECONDS,
        spread={name: summary([suite], SETTINGS).verdict.right for name, suite in zip(names, suites, strict=True)},
        contenders={"comparison with the model as it is": whole.change.right},
        **asdict(whole),
        outcomes={name: [asdict(o) for o in suite.outcomes] for name, suite in zip(names, suites, strict=True)},
        seconds=seconds,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
