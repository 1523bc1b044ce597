"""Features of a model and of its random twin, each in a store that an interrupted run continues."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.collect.fill import chosen_batch_size, collect
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.plan import Plan, plan
from angiogram.diagnose.settings import Settings
from angiogram.files import atomic_file, sha256_of_text
from angiogram.model.load import LoadedModel, random_twin
from angiogram.probe.evaluate import evaluated_cases
from angiogram.tap.ranks import Ranks
from angiogram.tap.store import FEATURES, FORMAT, FeatureStore


def gather(
    loaded: LoadedModel,
    examined: Examined,
    splits: Splits,
    settings: Settings,
    out: Path,
    cache: Path,
    progress: Progress,
    ranks: Ranks,
) -> tuple[Plan, tuple[FeatureStore, FeatureStore] | None]:
    """Features and answers of the model, and features of its random twin.

    Args:
        loaded, examined, splits, settings, out, cache, progress, ranks: as for `diagnose`.

    Returns:
        The pass that was made, and on the first rank both stores.

    Raises:
        InputError: a store holds something else, or cannot be filled.
    """
    cases = examined.cases
    asked = np.zeros(len(cases), dtype=bool)
    asked[evaluated_cases(splits.pairs, len(cases))] = True
    planned = plan(loaded, cases, asked, settings.orders)
    print_of_run = fingerprint(planned, cases, examined.hashes)
    size = chosen_batch_size(planned, examined, out / FEATURES, settings.batch_size, ranks)
    store = collect(planned, examined, print_of_run, out / FEATURES, size, progress, ranks)
    with ranks.agreed():
        if ranks.is_first:
            _write_config(out, loaded.name, cases.name, settings, print_of_run)
    twin_plan = plan(random_twin(loaded, settings.seed), cases, np.zeros(len(cases), dtype=bool))
    print_of_twin = fingerprint(twin_plan, cases, examined.hashes)
    digest = sha256_of_text(f"{sorted(print_of_twin.items())}{size}{FORMAT}")
    twin = collect(twin_plan, examined, print_of_twin, cache / f"twin-{digest[:16]}", size, progress, ranks)
    return planned, None if store is None or twin is None else (store, twin)


def _write_config(folder: Path, model: str, cases: str, settings: Settings, entries: dict[str, str]) -> None:
    """`config.json` of the run folder: every setting, with the fingerprint that guards the features."""
    content = {"model": model, "cases": cases, "settings": asdict(settings), "fingerprint": entries}
    with atomic_file(folder / "config.json") as file:
        file.write_text(json.dumps(content, indent=1))
