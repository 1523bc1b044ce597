"""The main job: from a model and labelled images to a diagnosis."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.audit.audit import audit
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.data.table import CASES, table_rows, write_table
from angiogram.diagnose.account.scored import score
from angiogram.diagnose.cause.causes import find_causes
from angiogram.diagnose.collect.gather import gather
from angiogram.diagnose.collect.material import Material, only_clean, only_leaked, without_failed
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.judge.judgement import judge
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.judge.said import said_of
from angiogram.diagnose.picture.pictures import draw
from angiogram.diagnose.read.controls import by_grid
from angiogram.diagnose.read.everything import read_everything
from angiogram.diagnose.read.leaked import read_leaked
from angiogram.diagnose.repair.climb import climb
from angiogram.diagnose.repair.remedies.attempt import try_remedies
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.tell.leakage import leakage
from angiogram.diagnose.tell.result import Result, tell, write_tables
from angiogram.diagnose.terms import StageKey
from angiogram.model.load import LoadedModel
from angiogram.probe.algebra import algebra_of, computing_in
from angiogram.statistics.bootstrap import Reading, Resamples
from angiogram.tap.attention import check_readers
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.tap.store import FEATURES, stored_batch_size
from angiogram.threads import matrix_threads


@dataclass(frozen=True)
class Diagnosed:
    """A diagnosis with what a comparison with another run needs.

    Attributes:
        case_ids: of the evaluated cases: the tested ones that do not also teach.
        readings: which of them each stage has right.
        resamples: of the evaluated cases.
    """

    diagnosis: Diagnosis
    case_ids: tuple[str, ...]
    readings: Mapping[StageKey, Reading]
    resamples: Resamples


def diagnose(
    loaded: LoadedModel,
    examined: Examined,
    splits: Splits,
    reference: Reference | None,
    settings: Settings,
    out: Path,
    cache: Path,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> Diagnosed | None:
    """Follow the class signal through the model.

    Args:
        loaded: the model.
        examined: readable cases with their hashes, and the quarantined ones.
        splits: training and test cases; probes learn on one and are judged on the other.
        reference: the specialist R; without it mode 1 is not assessed.
        settings: see `Settings`.
        out: run folder; features in it are used again when they are of the same things, else refused.
        cache: where features of random twins are kept, since runs of one architecture share them.
        progress: receives plain lines.
        ranks: the processes that share the work; all call this with equal arguments, save that the first alone needs
            the reference.

    Returns:
        The diagnosis on the first rank; nothing on the others, which only help to collect the features.

    Raises:
        InputError: the run folder holds something else, the causal tests cannot be made of this model, the disk is
            full, or the cases cannot be judged.
    """
    if settings.causal:
        check_readers(loaded)
    planned, stores = gather(loaded, examined, splits, settings, out, cache, progress, ranks)
    if stores is None:
        return None
    tested = without_failed(Material(examined, splits, reference, *stores))
    with computing_in(algebra_of(str(loaded.device))), matrix_threads(len(examined.cases)):
        result = _followed(planned, tested, settings, out, progress)
    write_tables(result, out)
    found, rows = result.read.found, result.material.examined.cases.rows
    ids = tuple(rows[i].id for i in found.evaluated)
    return Diagnosed(tell(result, settings), ids, found.readings, found.resamples)


def _followed(planned: Plan, tested: Material, settings: Settings, out: Path, progress: Progress) -> Result:
    """What the pass over the cases says of the model."""
    material = only_clean(tested)
    cases = material.examined.cases
    write_table(table_rows(material.examined, material.splits, material.store.rows), out / CASES)

    read = read_everything(planned, material, settings, progress)
    found, null_band = read.found, read.found.flow.null_band
    scored = score(planned, read)
    ladder = climb(planned, material, found, settings, out, progress)
    tried = try_remedies(planned, material, found, settings, progress)
    causes = None
    if settings.causal:
        size = stored_batch_size(out / FEATURES) or 1
        causes = find_causes(planned, material, read.points, null_band, settings, size, progress)

    grid = by_grid(read.controls.grid, found.truth)
    measured = Measured(found.readings, found.resamples, settings.margin, null_band, grid, found.answering.unnamed)
    judgement = judge(measured, ladder, said_of(found, read.told))

    both_sides = audit(material.examined, tested.splits)
    leaked = read_leaked(planned, only_leaked(tested), found)
    return Result(
        planned=planned,
        material=material,
        leakage=leakage(both_sides, cases, found.readings, leaked, material.splits.reason),
        read=read,
        scored=scored,
        ladder=ladder,
        tried=tried,
        causes=causes,
        judgement=judgement,
        pictures=draw(planned, material, found, settings),
    )
