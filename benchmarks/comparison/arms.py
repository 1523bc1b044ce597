"""The three arms of the comparison of data: three stages each, of the same length, rates and seeds."""

from collections.abc import Sequence
from pathlib import Path

from angiogram.api.watching import DYNAMICS_FILE, Watching
from angiogram.train.rows import read_rows
from comparison.bench import Bench, Json, forget
from comparison.projectors import MLP, projectors
from comparison.pseudo import pseudo_table
from comparison.scores import loaded_from, scores
from comparison.training import parts_of, stage, trained

FIRST, SECOND, THIRD = "first", "second", "third"
STAGES = (FIRST, SECOND, THIRD)
CENTRIC, SCATTERED, PSEUDO = "image-centric", "scattered", "pseudo"
ARMS = (SCATTERED, PSEUDO, CENTRIC)  # the second goes on from the first stage of the first
SPECTRA = ("all", "model.connector")


def plain(bench: Bench, arm: str, table: Path, held: Path, seed: int) -> Json:
    """All three stages on one table."""
    folder = _folder(bench, arm, seed)
    folders = _trained(bench, arm, table, seed, STAGES)
    found = {**_scored(bench, folders[-1], held, folder), "spectra": [_spectra(each) for each in folders]}
    forget(folder / "start", *folders[0 if arm != SCATTERED else 1 :])
    return found


def pseudo(bench: Bench, scattered: Path, truth: Path, seed: int) -> Json:
    """The first stage of the scattered arm; then pseudo-labels by it; then the true labels again."""
    folder, steps = _folder(bench, PSEUDO, seed), _steps(bench)
    (before,) = _trained(bench, SCATTERED, scattered, seed, (FIRST,))  # there already, or made as it was
    table = folder / "pseudo.parquet"
    made = bench.once(f"annotated-{seed}", lambda: pseudo_table(before, scattered, truth, bench.budget.centric, table))
    folders = [before]
    for number, (name, data) in enumerate(((SECOND, table), (THIRD, scattered)), 1):
        stages = [stage(name, steps, data, bench.budget)]
        folders += trained(folders[-1], stages, data, _first(seed) + number, folder, Watching(dynamics=steps))
    found = {
        **_scored(bench, folders[-1], truth, folder),
        "spectra": [_spectra(each) for each in folders],
        "annotated": made,
    }
    forget(*folders)
    return found


def _trained(bench: Bench, arm: str, table: Path, seed: int, names: Sequence[str]) -> list[Path]:
    steps, start = _steps(bench), parts_of(bench, projectors(bench.parts)[MLP])
    stages = [stage(name, steps, table, bench.budget) for name in names]
    return trained(start, stages, table, _first(seed), _folder(bench, arm, seed), Watching(dynamics=steps))


def _first(seed: int) -> int:
    """The seed of a run's first stage. Each stage has the next one: no stage of one run draws what one of another does.

    >>> [_first(seed) + number for seed in range(3) for number in range(len(STAGES))]
    [0, 1, 2, 3, 4, 5, 6, 7, 8]
    """
    return seed * len(STAGES)


def _steps(bench: Bench) -> int:
    """Of each stage."""
    return bench.budget.steps // len(STAGES)


def _folder(bench: Bench, arm: str, seed: int) -> Path:
    return bench.folder / f"{arm}-{seed}"


def _scored(bench: Bench, last: Path, held: Path, folder: Path) -> Json:
    return scores(loaded_from(last), held, bench.budget, folder / "answers")


def _spectra(folder: Path) -> list[Json]:
    """The rows of a stage on all that is trained and on the connector, behind its first and its last step."""
    rows = read_rows(folder.with_name(f"{folder.name}.{DYNAMICS_FILE}"))
    return [row for row in rows if row["module"] in SPECTRA]
