"""The features that a finished run kept in its folder, with the folds its probes were trained in."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from angiogram.compare.kept import KeptFeatures
from angiogram.data.table import CASES, pairs_of, read_table
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.tell.predictions import Predictions
from angiogram.errors import InputError
from angiogram.tap.store import BATCH_SIZE, FEATURES, SETTINGS, FeatureStore


def kept_features(
    folder: Path, diagnosis: Diagnosis, predictions: Predictions, fingerprint: Mapping[str, str]
) -> KeptFeatures:
    """Open them for reading.

    Args:
        folder: of the run.
        diagnosis, predictions: of the run.
        fingerprint: that its config.json gives for the features.

    Raises:
        InputError: features or folds were not kept, are damaged, or are those of another run; says which.
    """
    if not (folder / FEATURES / SETTINGS).is_file():
        raise InputError(f"'{folder}' keeps no features.")
    table = folder / CASES
    rows = [row for row in read_table(table) if row.status == "ok"] if table.is_file() else []
    pairs, places = pairs_of(rows), [row.row for row in rows if row.row is not None]
    if not pairs or len(places) < len(rows):
        raise InputError(
            f"'{folder}' does not say in which folds its cases were judged; run `angiogram diagnose` again with this "
            "folder as --out: its features are used again."
        )
    store = FeatureStore(folder / FEATURES, "r")
    made = {name: value for name, value in store.fingerprint.items() if name != BATCH_SIZE}
    if made != dict(fingerprint) or max(places) >= len(store.rows):
        raise InputError(f"The features in '{folder}' are not those of its report.")
    index = {name: k for k, name in enumerate(diagnosis.classes)}
    try:
        labels = np.array([index[row.label] for row in rows], dtype=np.int64)
    except KeyError as error:
        raise InputError(f"'{table}' is not that of the run's report: it has the class {error}.") from error
    kept = KeptFeatures(
        store=store.select(np.array(places, dtype=np.int64)),
        cases=tuple(row.case_id for row in rows),
        labels=labels,
        pairs=pairs,
        taps=tuple(point.tap for point in diagnosis.curve if point.on_path and point.tap in store.names),
        read_at={s.key: s.tap for s in diagnosis.stages if s.tap is not None and s.tap in store.names},
    )
    if kept.evaluated != predictions.cases:
        raise InputError(f"'{table}' is not that of the run's report: it judges other cases.")
    return kept
