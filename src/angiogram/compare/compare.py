"""Finished runs on the same cases, each held against the first."""

from collections.abc import Sequence

from angiogram.compare.changes import stage_changes, step_changes, tap_changes
from angiogram.compare.comparison import (
    ComparedRun,
    Comparison,
    Condition,
    Contrast,
    TapChange,
    VerdictChange,
)
from angiogram.compare.conditions import MARGIN, differing_conditions, weakening
from angiogram.compare.finished import Finished
from angiogram.compare.headline import contrast_headline, contrast_proof
from angiogram.compare.locate import locate
from angiogram.compare.matching import matched_runs, rearranged
from angiogram.compare.together import Read, read_together
from angiogram.diagnose.terms import Mode, StageKey, State
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import Resamples, resample_groups


def compare(runs: Sequence[Finished]) -> Comparison:
    """Paired changes of every run after the first, the baseline.

    The resamples are drawn from the baseline's groups with its seed, so that its own intervals are those of its report.

    Raises:
        InputError: fewer than two runs, or runs that did not judge the same cases of the same classes; says what
            differs.
    """
    if len(runs) < 2:
        raise InputError("A comparison needs at least two runs: the baseline and another one.")
    baseline, *others = runs
    diagnosis, predictions = baseline.diagnosis, baseline.predictions
    resamples = resample_groups(predictions.group_numbers, baseline.seed, baseline.resamples)
    return Comparison(
        cases=diagnosis.cases,
        classes=diagnosis.classes,
        evaluated=len(predictions.cases),
        groups=len(set(predictions.groups)),
        seed=baseline.seed,
        resamples=baseline.resamples,
        baseline=_compared(baseline),
        contrasts=tuple(_contrast(baseline, other, resamples) for other in others),
        statements=diagnosis.statements,
    )


def _contrast(baseline: Finished, other: Finished, resamples: Resamples) -> Contrast:
    order = matched_runs(baseline, other)
    before, after = baseline.readings, rearranged(other.readings, order)
    read_at: dict[StageKey, str | None] = {stage.key: stage.tap for stage in baseline.diagnosis.stages}
    stages = stage_changes(before, after, resamples, read_at)
    steps, total = step_changes(before, after, resamples)
    mine, theirs = baseline.correct, {tap: right[order] for tap, right in other.correct.items()}
    taps = tap_changes(baseline.diagnosis.curve, mine, theirs, resamples)
    only_before = tuple(tap for tap in mine if tap not in theirs)
    only_after = tuple(tap for tap in theirs if tap not in mine)
    conditions = differing_conditions(baseline, other)
    mine_read, theirs_read = baseline.read(resamples), other.read(resamples)
    read = read_together(mine_read, theirs_read)
    located = locate(mine_read, theirs_read, read)
    states: dict[Mode, State] = {verdict.mode: verdict.state for verdict in other.diagnosis.verdicts}
    return Contrast(
        run=_compared(other),
        headline=contrast_headline(other.name, baseline.name, stages, located),
        proof=contrast_proof(other.name, baseline.name, stages),
        located=located,
        warnings=(*_warnings(baseline, other, taps, conditions), *_of_the_reader(read)),
        stages=stages,
        readers=() if read is None else read.frozen.stages,
        unread=_unread(baseline, other, read),
        steps=steps,
        total=total,
        taps=taps,
        only_before=only_before,
        only_after=only_after,
        verdicts=tuple(
            VerdictChange(verdict.mode, verdict.title, verdict.state, states[verdict.mode])
            for verdict in baseline.diagnosis.verdicts
            if verdict.mode in states
        ),
        conditions=conditions,
    )


def _compared(run: Finished) -> ComparedRun:
    return ComparedRun(run.name, run.diagnosis.model, run.diagnosis.headline, run.diagnosis.warnings)


def _warnings(
    baseline: Finished, other: Finished, taps: Sequence[TapChange], conditions: Sequence[Condition]
) -> tuple[str, ...]:
    found: list[str] = []
    if names := [condition.name for condition in conditions if weakening(condition.name)]:
        found.append(f"The runs also differ in: {', '.join(names)}. What changes may come from any of these.")
    if any(condition.name == MARGIN for condition in conditions):
        found.append("The verdicts were judged by different margins and may differ by that alone.")
    given = [run.name for run in (baseline, other) if isinstance(run.readings.get("R"), float)]
    if given:
        found.append(
            f"The specialist of {' and '.join(given)} was given as a number: what changes at R has no interval."
        )
    widest = max(len(baseline.correct), len(other.correct))
    if len(taps) < widest:
        found.append(
            f"Only {len(taps)} taps have the same name in both runs, which have {len(baseline.correct)} and "
            f"{len(other.correct)}: a block of one number need not stand equally deep in two models."
        )
    return tuple(found)


def _of_the_reader(read: Read | None) -> tuple[str, ...]:
    if read is None or read.frozen.carries:
        return ()
    return (
        "Behind the encoder's first block already, the baseline's probe reads less than half as much: the input or "
        "that block was changed, or the models were trained apart, and then no probe carries over.",
    )


def _unread(baseline: Finished, other: Finished, read: Read | None) -> str:
    """Why the baseline's probes read nothing, or not at every stage, of the other run; empty where they read all."""
    if read is None:
        return " ".join(dict.fromkeys(reason for reason in (baseline.unread, other.unread) if reason))
    if not read.frozen.stages:
        return "The two models have no stage of the same width: a probe of one cannot read the other."
    if not read.asked_alike:
        return "The two were asked otherwise, which alone moves what the language model writes: read at V and C only."
    if missing := [s.key for s in baseline.diagnosis.stages if s.tap and s.key not in _read_at(read)]:
        return f"The taps of the two models are not of one name and width at {', '.join(missing)}."
    return ""


def _read_at(read: Read) -> frozenset[StageKey]:
    return frozenset(stage.key for stage in read.frozen.stages)
