"""P4: what probes, controls and intervals cost for 60 taps.

Synthetic taps of N cases and D features, float32 as the store holds them: 24 classes, patients of four cases (one class
each) with an offset of their own, class signal that rises, drops and recovers over the taps, and dimensions whose
variances fall as 1 / rank^1.6 before they are mixed. The embedded model's taps have that spectrum (eigenvalue 100 is
.0002 to .002 of the first), and scikit-learn takes as many iterations on them.
- angiogram: `probe_tap` with 100 label permutations, the fixed-width control, the code length, and the intervals of all
  taps from 2,000 resamples of the patients;
- scikit-learn: `LogisticRegression` over 10 strengths x 5 folds on standardised float32 features, nothing else.
Where not all 60 taps take part (`taps_measured`) they are evenly spaced over the curve, and the time is scaled to 60.
Seconds are those of the processor, not of the wall: each contender has one thread, so that they are the same on a free
machine, and on a shared one other people's work does not count. The making of the features is not timed.
Both hold the same groups out in the same folds. scikit-learn's strength of a fold is the most accurate one on the other
folds' held-out cases; the strength that is best on the very cases it is judged by is recorded too (`in_hindsight`),
since that is what a grid search reports. Which of the two probes reads more depends on the number of cases and on how
the signal lies in the features: here it is spread over 200 dimensions, the later the weaker. Confined to 40 dimensions
it suits the logistic probe, spread evenly it suits the ridge.
The value is the smallest ratio scikit-learn / angiogram over the shapes.
"""

import json
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from contest import Turn, arguments, contest, paired, play, summary, table
from record import RESULTS, commit, record

FASTER, POINTS, CORRELATION = 50.0, 0.01, 0.95
TAPS, FOLDS, PERMUTATIONS = 60, 5, 100
STRENGTHS = np.logspace(-4, 4, 10)
# Shape -> taps that take part (angiogram, scikit-learn).
SHAPES = {
    "256x768": (60, 12),
    "256x4096": (30, 6),
    "1000x768": (24, 6),
    "1000x4096": (12, 4),
    "5000x768": (6, 4),
    "5000x4096": (1, 1),
}
CONTENDERS = {
    "angiogram": "ridge in closed form, null band of 100 permutations, fixed-width control, code length, intervals",
    "scikit-learn": "LogisticRegression, 10 strengths x 5 folds",
}


def main() -> None:
    """Referee or contender."""
    parser = arguments(__doc__ or "", rounds=1, shape="all")
    parser.add_argument("--classes", type=int, default=24)
    options = parser.parse_args()
    if options.contender:
        return play(lambda: part(options.contender, options.shape, options.classes))
    path = RESULTS / f"P4{options.suffix}.json"
    shapes: dict[str, Any] = json.loads(path.read_text())["shapes"] if path.is_file() else {}
    for shape in SHAPES if options.shape == "all" else options.shape.split(","):
        # Slow shapes may be measured one by one; each keeps the commit it was measured at.
        given = ["--shape", shape, "--classes", str(options.classes)]
        turns, failed = contest(list(CONTENDERS), given, options.rounds, warm=0)
        shapes[shape] = judged(shape, turns, failed) | {"commit": options.commit or commit()}
        slowest = min(shapes.values(), key=lambda entry: entry["faster"]["median"])
        met = len(shapes) == len(SHAPES) and all(entry["met"] for entry in shapes.values())
        record(
            f"P4{options.suffix}",
            slowest["faster"]["median"],
            "x faster than scikit-learn, the least of all shapes",
            f"at least {FASTER:g}; accuracy within {100 * POINTS:g} point on average; rank correlation of the "
            f"curve at least {CORRELATION:g}",
            met,
            spread=slowest["faster"],
            contenders=slowest["contenders"],
            measured=options.commit,
            shapes={name: shapes[name] for name in SHAPES if name in shapes},
            classes=options.classes,
            taps=TAPS,
        )
    print(path)


def judged(shape: str, turns: dict[str, list[Turn]], failed: dict[str, str]) -> dict[str, Any]:
    """What one shape says."""
    ours, theirs = turns["angiogram"][0], turns["scikit-learn"][0]
    common = [tap for tap in range(TAPS) if f"tap {tap}" in ours and f"tap {tap}" in theirs]
    curves = [np.array([turn[f"tap {tap}"] for tap in common]) for turn in (ours, theirs)]
    best = np.array([theirs[f"best {tap}"] for tap in common])
    correlation = float(spearmanr(*curves).statistic) if len(common) > 3 else None  # fewer points have no curve
    faster = paired(turns["scikit-learn"], turns["angiogram"])
    away = float(np.mean(curves[0] - curves[1]))
    alike = correlation is None or correlation >= CORRELATION
    return {
        "met": faster["median"] >= FASTER and abs(away) <= POINTS and alike,
        "faster": faster,
        "accuracy_ours_minus_theirs": away,
        "accuracy_ours_minus_theirs_each_tap": (curves[0] - curves[1]).round(4).tolist(),
        "accuracy_ours_minus_their_best_in_hindsight": float(np.mean(curves[0] - best)),
        "rank_correlation": correlation,
        "curve": {"taps": common, "angiogram": curves[0].tolist(), "scikit-learn": curves[1].tolist()},
        "taps_measured": dict(zip(CONTENDERS, SHAPES[shape], strict=True)),
        "seconds_of_ours": {
            step: summary([turn[step] for turn in turns["angiogram"]])["median"]
            for step in ("probes and null", "fixed width", "code length", "intervals")
        },
        "contenders": table(turns, failed, CONTENDERS, "angiogram"),
    }


def part(contender: str, shape: str, classes: int) -> Callable[[], Turn]:
    """Seconds for 60 taps of one contender."""
    N, D = map(int, shape.split("x"))
    count = SHAPES[shape][list(CONTENDERS).index(contender)]
    # Both take the taps of the sparser one, so that their curves can be compared.
    sparse = np.linspace(0, TAPS - 1, min(SHAPES[shape])).round().astype(int)
    rest = np.setdiff1d(np.linspace(0, TAPS - 1, TAPS).round().astype(int), sparse)
    more = rest[np.linspace(0, len(rest) - 1, count - len(sparse)).round().astype(int)]
    taps = np.sort(np.append(sparse, more)).tolist()
    make, labels, groups = flow(N, D, classes)
    folds = grouped_folds(labels, groups)
    way = {"angiogram": ours, "scikit-learn": theirs}[contender]

    def turn() -> Turn:
        return way(taps, make, labels, groups, folds)

    return turn


Folds = list[tuple[NDArray[np.int64], NDArray[np.int64]]]
Make = Callable[[int], NDArray[np.float32]]


def ours(taps: Sequence[int], make: Make, labels: NDArray[Any], groups: NDArray[Any], folds: Folds) -> Turn:
    """Everything that a diagnosis asks of the probes."""
    from angiogram.diagnose.bootstrap import resample_groups
    from angiogram.probe.code_length import code_length
    from angiogram.probe.evaluate import probe_tap
    from angiogram.probe.permutation import null_band, permuted_labels
    from angiogram.probe.projection import ProjectedProbe

    taken = dict.fromkeys(("probes and null", "fixed width", "code length", "intervals"), 0.0)
    found: Turn = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        result = work()
        taken[step] += time.process_time() - start
        return result

    permuted = timed("probes and null", lambda: permuted_labels(labels, folds, PERMUTATIONS, 0, groups))
    projected = ProjectedProbe()
    right, null = [], []
    for tap in taps:
        X = make(tap)
        result = timed("probes and null", lambda X=X: probe_tap(X, labels, folds, permuted=permuted, groups=groups))
        timed("fixed width", lambda X=X: probe_tap(X, labels, folds, probe=projected, groups=groups))
        timed("code length", lambda X=X: code_length(X, labels, groups=groups))
        right.append(result.predicted == labels[result.cases])
        null.append(result.null)
        found[f"tap {tap}"] = float(right[-1].mean())
    timed("probes and null", lambda: null_band(np.stack(null)))
    draws = timed("intervals", lambda: resample_groups(groups))
    timed("intervals", lambda: [estimate.interval() for estimate in draws.accuracies(np.stack(right))])
    taken = {step: seconds * TAPS / len(taps) for step, seconds in taken.items()}
    return {"seconds": sum(taken.values()), **taken, **found}


def theirs(taps: Sequence[int], make: Make, labels: NDArray[Any], groups: NDArray[Any], folds: Folds) -> Turn:
    """A grid of logistic regressions."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    warnings.simplefilter("ignore")
    seconds, found = 0.0, {}
    for tap in taps:
        X = make(tap)
        start = time.process_time()
        right = np.zeros((len(STRENGTHS), len(labels)), dtype=bool)
        for train, test in folds:
            scaler = StandardScaler().fit(X[train])
            z, new = scaler.transform(X[train]), scaler.transform(X[test])
            for row, strength in enumerate(STRENGTHS):
                fitted = LogisticRegression(C=1 / strength, max_iter=1000).fit(z, labels[train])
                right[row, test] = fitted.predict(new) == labels[test]
        seconds += time.process_time() - start
        found[f"tap {tap}"] = sum(
            float(right[np.delete(right, test, axis=1).sum(axis=1).argmax()][test].sum()) for _, test in folds
        ) / len(labels)
        found[f"best {tap}"] = float(right.mean(axis=1).max())
    return {"seconds": seconds * TAPS / len(taps), **found}


def flow(N: int, D: int, K: int) -> tuple[Make, NDArray[np.int64], NDArray[np.int64]]:
    """What makes the features of a tap, and the labels and patients of the cases."""
    rng = np.random.default_rng(0)
    groups = np.arange(N) // 4
    labels = (np.arange(groups[-1] + 1) % K)[groups]
    spread = np.sqrt((1.0 + np.arange(D)) ** -1.6).astype(np.float32)
    spread /= np.sqrt(np.mean(spread**2))
    mix = rng.standard_normal((D, D), dtype=np.float32) / np.float32(np.sqrt(D))
    means = rng.standard_normal((K, 200), dtype=np.float32) * ((1.0 + np.arange(200)) ** -0.33).astype(np.float32)
    means *= np.sqrt(200 / np.square(means).sum(axis=1).mean())
    patient = rng.standard_normal((groups[-1] + 1, D), dtype=np.float32)

    def make(tap: int) -> NDArray[np.float32]:
        die = np.random.default_rng([1, tap])
        x = 0.9 * die.standard_normal((N, D), dtype=np.float32) + np.float32(0.4) * patient[groups]
        x[:, :200] += np.float32(signal(tap)) * means[labels]
        return (x * spread) @ mix

    return make, labels, groups


def signal(tap: int) -> float:
    """How far the classes stand apart: up through an encoder, down at its end, down and up again in an LLM."""
    return float(np.interp(tap, [0, 20, 24, 25, 35, 50, 59], [0.1, 0.42, 0.38, 0.34, 0.2, 0.36, 0.28]))


def grouped_folds(labels: NDArray[np.int64], groups: NDArray[np.int64]) -> Folds:
    """Stratified folds that divide no patient."""
    from sklearn.model_selection import StratifiedGroupKFold

    cutter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    return list(cutter.split(labels, labels, groups))


if __name__ == "__main__":
    main()
