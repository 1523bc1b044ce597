"""P4: what probes, controls and intervals cost for 60 taps.

Synthetic taps of N cases and D features, float32 as the store holds them: 24 classes, patients of four cases (one class
each) with an offset of their own, class signal that rises, drops and recovers over the taps, and dimensions whose
variances fall as 1 / rank^1.6 before they are mixed. The embedded model's taps have that spectrum (eigenvalue 100 is
.0002 to .002 of the first), and scikit-learn takes as many iterations on them. Their difficulty was fixed before the
probes were made fast.
- angiogram: what a diagnosis asks for one tap: `probe_tap` over 5 folds with 100 label permutations, the fixed-width
  control, the code length, and the intervals of accuracy, balanced accuracy, AUROC, F1 and calibration error from 2,000
  resamples of the patients; the majority line. The random twin and the raw pixels are taps of their own;
- scikit-learn: `LogisticRegression` over 10 strengths x 5 folds on standardised float32 features, nothing else.
The contenders take turns tap by tap. A turn is one of some taps that are evenly spaced over the curve
(`taps_measured`); the time for 60 is 60 times the median, and on our side once what all taps share. With 5000x4096,
where a fit takes seconds, scikit-learn fits each strength in one fold only, and its time is that times 5
(`folds_fitted`).
Seconds are those of the processor, not of the wall: each contender has one thread, so that they are the same on a free
machine, and on a shared one other people's work does not count, except that it crowds caches and the other half of a
core, which slows our matrix products more than scikit-learn's. The making of the features is not timed.
Both hold the same groups out in the same folds. scikit-learn's strength of a fold is the most accurate one on the other
folds' held-out cases; the strength that is best on the very cases it is judged by is recorded too (`in_hindsight`),
since that is what a grid search reports, and alone where one fold was fitted. Which of the two probes reads more
depends on the number of cases and on how the signal lies in the features: here it is spread over 200 dimensions, the
later the weaker. Confined to 40 dimensions it suits the logistic probe, spread evenly it suits the ridge.
What bounds us is recorded too: how many Cholesky factors a tap takes, the seconds in them and in triangular solves (of
`probe and null`), and the ratios that would be left if everything else took no time.
The value is the smallest ratio scikit-learn / angiogram over the shapes.
"""

import json
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from contest import Turn, arguments, contest, paired, play, table
from record import RESULTS, commit, record
from synthetic import Folds, flow, grouped_folds

FASTER, POINTS, CORRELATION = 50.0, 0.01, 0.95
TAPS, FOLDS, PERMUTATIONS = 60, 5, 100
STRENGTHS = np.logspace(-4, 4, 10)


@dataclass(frozen=True)
class Shape:
    """Cases, features, and how much of it is measured: taps, and folds that scikit-learn fits in each."""

    cases: int
    features: int
    taps: int
    folds: int = FOLDS


SHAPES = {
    "256x768": Shape(256, 768, 30),
    "256x4096": Shape(256, 4096, 15),
    "1000x768": Shape(1000, 768, 30),
    "1000x4096": Shape(1000, 4096, 10),
    "5000x768": Shape(5000, 768, 10),
    "5000x4096": Shape(5000, 4096, 3, folds=1),
}
QUICK = {"96x256": Shape(96, 256, 4)}
CONTENDERS = {
    "angiogram": "ridge in closed form, null band of 100 permutations, fixed-width control, code length, intervals",
    "scikit-learn": "LogisticRegression, 10 strengths x 5 folds",
}
STEPS = ("probe and null", "fixed width", "code length", "intervals")


def main() -> None:
    """Referee or contender."""
    parser = arguments(__doc__ or "", rounds=0, shape="all")
    parser.add_argument("--classes", type=int, default=24)
    parser.add_argument("--quick", action="store_true", help="try the script on a small shape; nothing is recorded")
    options = parser.parse_args()
    if options.contender:
        return play(lambda: part(options.contender, (SHAPES | QUICK)[options.shape], options.classes))
    if options.quick:
        return print(json.dumps(measured("96x256", QUICK["96x256"], 0, classes=3), indent=1))
    path = RESULTS / f"P4{options.suffix}.json"
    shapes: dict[str, Any] = json.loads(path.read_text())["shapes"] if path.is_file() else {}
    for name in SHAPES if options.shape == "all" else options.shape.split(","):
        # Slow shapes may be measured one by one; each keeps the commit it was measured at.
        entry = measured(name, SHAPES[name], options.rounds, options.classes)
        shapes[name] = entry | {"commit": options.commit or commit()}
        slowest = min(shapes.values(), key=lambda entry: entry["times_faster"])
        record(
            f"P4{options.suffix}",
            slowest["times_faster"],
            f"x faster than scikit-learn, the least of {len(shapes)} shapes of {len(SHAPES)}",
            f"at least {FASTER:g}; accuracy within {100 * POINTS:g} point on average; rank correlation of the "
            f"curve at least {CORRELATION:g}",
            len(shapes) == len(SHAPES) and all(entry["met"] for entry in shapes.values()),
            spread=slowest["ratio_by_tap"],
            contenders=slowest["contenders"],
            measured=options.commit,
            shapes={name: shapes[name] for name in SHAPES if name in shapes},
            classes=options.classes,
            taps=TAPS,
        )
    print(path)


def measured(name: str, shape: Shape, rounds: int, classes: int) -> dict[str, Any]:
    """One shape: a round is one tap; all that the shape names where `rounds` is 0."""
    options = ["--shape", name, "--classes", str(classes)]
    turns, failed = contest(list(CONTENDERS), options, min(rounds or shape.taps, shape.taps), warm=0)
    return judged(shape, turns, failed)


def judged(shape: Shape, turns: Mapping[str, list[Turn]], failed: dict[str, str]) -> dict[str, Any]:
    """What one shape says."""
    ours, theirs = turns["angiogram"], turns["scikit-learn"]
    curve, other, best = (
        np.array([turn.get(key, np.nan) for turn in side])
        for side, key in ((ours, "accuracy"), (theirs, "accuracy"), (theirs, "in hindsight"))
    )
    shared = float(np.median([turn["shared"] for turn in ours]))
    median = {name: float(np.median([turn["seconds"] for turn in turns[name]])) for name in CONTENDERS}
    all_taps = {"angiogram": TAPS * median["angiogram"] + shared, "scikit-learn": TAPS * median["scikit-learn"]}
    whole = shape.folds == FOLDS  # else scikit-learn has predicted some cases only
    correlation = float(spearmanr(curve, other).statistic) if whole and len(curve) > 3 else None
    away = float(np.mean(curve - other)) if whole else None
    faster = all_taps["scikit-learn"] / all_taps["angiogram"]
    alike = (correlation is None or correlation >= CORRELATION) and (away is None or abs(away) <= POINTS)
    return {
        "met": faster >= FASTER and alike,
        "times_faster": faster,
        "fast_enough": faster >= FASTER,
        "ratio_by_tap": paired(theirs, ours),
        "seconds_for_60_taps": all_taps,
        "accuracy_ours_minus_theirs": away,
        "accuracy_ours_minus_their_best_in_hindsight": float(np.mean(curve - best)) if whole else None,
        "rank_correlation": correlation,
        "curve": {
            "taps": [int(turn["tap"]) for turn in ours],
            "angiogram": curve.tolist(),
            "scikit-learn": other.tolist() if whole else None,
        },
        "taps_measured": len(ours),
        "folds_fitted": shape.folds,
        "seconds_of_ours": {step: float(np.median([turn[step] for turn in ours])) for step in STEPS},
        "factors": float(np.median([turn["factors"] for turn in ours])),
        "seconds_in_factors": float(np.median([turn["seconds in factors"] for turn in ours])),
        "seconds_in_solves": float(np.median([turn["seconds in solves"] for turn in ours])),
        "times_faster_by_factors_alone": median["scikit-learn"]
        / float(np.median([turn["seconds in factors"] for turn in ours])),
        "times_faster_by_factors_and_solves_alone": median["scikit-learn"]
        / float(np.median([turn["seconds in factors"] + turn["seconds in solves"] for turn in ours])),
        "null_band": float(np.median([turn["null"] for turn in ours])),
        "majority": ours[0]["majority"],
        "contenders": table(turns, failed, CONTENDERS, "angiogram"),
    }


def part(contender: str, shape: Shape, classes: int) -> Callable[[], Turn]:
    """One contender's turns: the next tap each time."""
    make, labels, groups = flow(shape.cases, shape.features, classes)
    folds = grouped_folds(labels, groups, FOLDS)
    taps = iter(spaced(shape.taps))
    probe = ours(labels, groups, folds) if contender == "angiogram" else theirs(labels, folds, shape.folds)

    def turn() -> Turn:
        tap = next(taps)
        return {"tap": float(tap), **probe(make(tap))}

    return turn


def spaced(count: int) -> list[int]:
    """Evenly spaced taps, in an order in which the first few are spread over the curve, too."""
    taps = np.linspace(0, TAPS - 1, count).round().astype(int)
    return np.random.default_rng(0).permutation(taps).tolist()


class _Counted:
    """NumPy's algebra, with a watch on its Cholesky factors and triangular solves."""

    def __init__(self, algebra: Any) -> None:
        self._algebra, self.factors, self.in_factors, self.in_solves = algebra, 0, 0.0, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._algebra, name)

    def cholesky(self, matrix: Any, strength: float) -> tuple[Any, int]:
        start = time.process_time()
        factor = self._algebra.cholesky(matrix, strength)
        self.factors, self.in_factors = self.factors + 1, self.in_factors + time.process_time() - start
        return factor

    def solve(self, root: Any, right: Any, transposed: bool) -> Any:
        start = time.process_time()
        found = self._algebra.solve(root, right, transposed)
        self.in_solves += time.process_time() - start
        return found


def ours(labels: NDArray[Any], groups: NDArray[Any], folds: Folds) -> Callable[[NDArray[np.float32]], Turn]:
    """Everything that a diagnosis asks of the probes."""
    from angiogram.probe.algebra import NUMPY, Algebra, computing_in
    from angiogram.probe.code_length import code_length
    from angiogram.probe.evaluate import probe_tap
    from angiogram.probe.permutation import null_band, permuted_labels
    from angiogram.probe.projection import projected
    from angiogram.probe.resampled import (
        summed_balanced_accuracy,
        summed_calibration_error,
        summed_macro_auroc,
        summed_macro_f1,
    )
    from angiogram.probe.scores import majority
    from angiogram.statistics.bootstrap import resample_groups

    start = time.process_time()
    permuted = permuted_labels(labels, folds, PERMUTATIONS, 0, groups)
    draws = resample_groups(groups)
    shared = time.process_time() - start
    rng = np.random.default_rng(0)
    probe_tap(rng.normal(size=(len(labels), 8)), labels, folds, permuted=permuted, groups=groups)  # loads what is lazy

    def tap(X: NDArray[np.float32]) -> Turn:
        found: Turn = {"shared": shared, "majority": majority(labels)}
        clock, counted = [time.process_time()], _Counted(NUMPY)
        with computing_in(cast(Algebra, counted)):
            result = probe_tap(X, labels, folds, permuted=permuted, groups=groups)
        found |= {"factors": float(counted.factors), "seconds in factors": counted.in_factors}
        found |= {"seconds in solves": counted.in_solves}
        assert result.null is not None
        found["null"] = null_band(result.null[None])
        clock.append(time.process_time())
        probe_tap(projected(X), labels, folds, groups=groups)
        clock.append(time.process_time())
        code_length(X, labels, groups=groups)
        clock.append(time.process_time())
        right = result.predicted == labels
        named = (labels, result.predicted, draws.groups, result.scores.shape[1])
        draws.accuracy(right).interval()
        draws.summed(summed_balanced_accuracy(*named)).interval()
        draws.summed(summed_macro_f1(*named)).interval()
        draws.summed(summed_macro_auroc(labels, result.scores, draws.groups)).interval()
        draws.calibration_error(summed_calibration_error(labels, result.probabilities, draws.groups)).interval()
        clock.append(time.process_time())
        found |= dict(zip(STEPS, np.diff(clock).tolist(), strict=True))
        return found | {"seconds": clock[-1] - clock[0], "accuracy": float(right.mean())}

    return tap


def theirs(labels: NDArray[Any], folds: Folds, fitted: int) -> Callable[[NDArray[np.float32]], Turn]:
    """A grid of logistic regressions, in the first `fitted` folds."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    warnings.simplefilter("ignore")

    def tap(X: NDArray[np.float32]) -> Turn:
        start = time.process_time()
        right = np.zeros((len(STRENGTHS), len(labels)), dtype=bool)
        for train, test in folds[:fitted]:
            scaler = StandardScaler().fit(X[train])
            z, new = scaler.transform(X[train]), scaler.transform(X[test])
            for row, strength in enumerate(STRENGTHS):
                model = LogisticRegression(C=1 / strength, max_iter=1000).fit(z, labels[train])
                right[row, test] = model.predict(new) == labels[test]
        seconds = (time.process_time() - start) * len(folds) / fitted
        judged = np.concatenate([test for _, test in folds[:fitted]])
        found = {"seconds": seconds, "in hindsight": float(right[:, judged].mean(axis=1).max())}
        if fitted == len(folds):
            chosen = [right[np.delete(right, test, axis=1).sum(axis=1).argmax()][test].sum() for _, test in folds]
            found["accuracy"] = float(sum(chosen)) / len(labels)
        return found

    return tap


if __name__ == "__main__":
    main()
