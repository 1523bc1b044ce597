"""Whether a re-fitted connector brings the answer back. [own]

A connector whose output was turned keeps all that can be decoded and is unreadable to the frozen language model. Probes
cannot tell this from a language model that does not understand; a re-fit can, as encoder and language model stay as
they are: an affine map of the connector's output tokens is fitted so that the constrained answer becomes right. Where
it does not, there is still no proof: the map is affine, and few cases teach it.
"""

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.repair.affine import mapped
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.fit import BATCH, Fitted, fit
from angiogram.diagnose.repair.remedies.judged import Judge
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.repair.start import moments, word_starts
from angiogram.diagnose.repair.trial import Trial
from angiogram.probe.inner import inner_folds

REMEDY = "re-fitted connector"
RACE, STEPS = 8, 40
HELD = 4  # one in so many of the cases that teach says when to stop


def refit_connector(
    asker: Asker,
    trial: Trial,
    before: NDArray[np.bool_],
    judge: Judge,
    seed: int,
    progress: Progress,
    steps: int = STEPS,
) -> Tried | None:
    """Re-fit, and judge by the constrained answer, calibrated as before.

    Args:
        asker: the model and its question.
        trial: who teaches and who is judged.
        before: which judged cases are right without a re-fit.
        judge: of the judged cases.
        seed: of shares and batches.
        progress: receives plain lines.
        steps: the most.

    Returns:
        None where the cases that teach are of one group, so that none can be held out.
    """
    labels, groups = asker.cases.labels, asker.cases.groups
    fold = inner_folds(labels[trial.taught], groups[trial.taught], count=HELD, seed=seed)
    if fold is None:
        return None
    taught, held = trial.taught[fold != 0], trial.taught[fold == 0]
    progress(f"re-fitting the connector on {len(taught)} cases, {len(held)} held out")
    start, begun = _best_start(asker, taught, held, seed, progress)
    fitted = fit(asker, begun.maps, taught, held, steps, seed + 1, progress)
    taken = begun.steps + fitted.steps
    with mapped(asker.loaded.model, fitted.maps):
        after = trial.right(asker.likelihoods(trial.taught), asker.likelihoods(trial.judged), labels)
    changed = f"from {start}, {taken} steps of {BATCH} cases" if taken else f"{start}; no step improved on it"
    return judge(
        REMEDY,
        ("comprehension", "mapping"),
        f"An affine map of the connector's output was fitted on {len(taught)} training cases, encoder and language "
        f"model untouched ({changed}; start and steps chosen on {len(held)} further training cases), and judged on "
        f"{trial.where}.",
        before=before,
        after=after,
        compared="the answer by likelihood (S) without it",
        cost=f"at most {3 * RACE + steps} training steps of {BATCH} cases, and {len(trial.taught) + len(trial.judged)} "
        "passes",
    )


def _best_start(
    asker: Asker, taught: NDArray[np.int64], held: NDArray[np.int64], seed: int, progress: Progress
) -> tuple[str, Fitted]:
    """The start that the held-out cases like best after a few steps; of equals the connector as it is."""
    anatomy = asker.loaded.anatomy
    seen = moments(asker, (anatomy.connector, *anatomy.deepstack), taught)
    starts = {"the connector as it is": {path: sums.map() for path, sums in seen.items()}}
    for name, (matrix, mean) in word_starts(asker, seen[anatomy.connector]).items():
        maps = {path: sums.map() for path, sums in seen.items()}
        maps[anatomy.connector].begin(matrix, mean)
        starts[f"a closed-form map onto the class names ({name})"] = maps
    raced = {name: fit(asker, maps, taught, held, RACE, seed, progress) for name, maps in starts.items()}
    best = min(raced, key=lambda name: raced[name].loss)
    return best, raced[best]
