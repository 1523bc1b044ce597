"""Four failure modes, each present, absent, undetermined or not assessed [own].

With d the practical margin (5 points unless told otherwise) and the 95 % interval of the loss:

- *present*: the lower end exceeds d, and so does the loss after Holm's correction over the modes assessed
  (one-sided bootstrap p of "loss <= d", adjusted, below 0.025).
- *absent*: the upper end is under d (a gain is absent too).
- *undetermined*: anything else, with the number of cases that would decide it if the loss stays where it is.

Holm guards the finding of a fault. "Absent" is judged mode by mode. V and C are read from the mean of the image tokens.
Where a 2x2 grid of them reads more than that by more than d, position carries the class: present and absent then must
hold by the grid as well, save where the grid reads no more than chance and judges nothing. A grid that reads less has
too few cases for its four times as many features, and judges nothing.

Where nothing is read above chance there is nothing to lose, with one exception: answers in words most of which name no
class at all lose to a guess whatever the images show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.account.accounting import check_readings, mode_ends
from angiogram.diagnose.decision import LEVEL, cases_to_decide, decide, holm
from angiogram.diagnose.judge.verdict import Part, Reason, Verdict
from angiogram.diagnose.terms import MODES, Mode, StageKey, State
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import Estimate, Reading, Resamples
from angiogram.statistics.interval import Interval

HALF = 0.5
_SPLITS: Mapping[Mode, StageKey] = MappingProxyType({"comprehension": "I", "mapping": "S"})


def _no_grid() -> Mapping[StageKey, NDArray[np.bool_]]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Measured:
    """What the four modes are judged by.

    Attributes:
        readings: as for `account`.
        resamples: of the same cases.
        margin: the practical margin d, a fraction.
        null_band: accuracy that the best tap reaches by chance. A mode that does not start above it is not assessed:
            where nothing can be read, nothing can be lost, and "absent" would mislead.
        grid: which cases V and C have right by the 2x2 grid, where there is one.
        unnamed: of which cases the answer in words names no class, `[n]`; None where none was asked for.
    """

    readings: Mapping[StageKey, Reading]
    resamples: Resamples
    margin: float = 0.05
    null_band: float | None = None
    grid: Mapping[StageKey, NDArray[np.bool_]] = field(default_factory=_no_grid)
    unnamed: NDArray[np.bool_] | None = None

    def accuracy(self, key: StageKey) -> float:
        """Of a stage."""
        return self.resamples.accuracy(self.readings[key]).value

    @property
    def lost(self) -> Interval:
        """What is lost in all, to the last stage: from the specialist, or the encoder's end where that reads more."""
        first: list[StageKey] = [key for key in ("R", "V") if key in self.readings]
        start, last = max(first, key=self.accuracy), mode_ends(self.readings)["mapping"][1]
        return self.resamples.loss(self.readings[start], self.readings[last]).interval()

    @property
    def unread(self) -> bool:
        """Whether no probe from the encoder's end to the last token reads more than chance allows."""
        probes: tuple[StageKey, ...] = ("V", "C", "U")
        return self.null_band is not None and all(self.accuracy(key) <= self.null_band for key in probes)

    @property
    def silent(self) -> bool:
        """Whether surely more than half of the answers in words name no class."""
        return self.unnamed is not None and self.resamples.accuracy(self.unnamed).interval().low > HALF

    @property
    def apart(self) -> dict[StageKey, Reading]:
        """By the grid, the stages of which it reads more by more than the margin."""
        return {
            key: right
            for key, right in self.grid.items()
            if key in self.readings and float(right.mean()) - self.accuracy(key) > self.margin
        }


def judge_modes(measured: Measured) -> tuple[Verdict, ...]:
    """The four modes, in the order of the flow.

    Raises:
        InputError: readings that cannot be accounted for, or a margin outside 0..1.

    >>> from angiogram.statistics.bootstrap import resample_groups
    >>> right = {key: np.arange(400) < share for key, share in (("V", 360), ("C", 356), ("U", 290), ("G", 284))}
    >>> [(v.mode, v.state) for v in judge_modes(Measured(right, resample_groups(np.arange(400))))]
    [('vision', 'not assessed'), ('connector', 'absent'), ('comprehension', 'present'), ('mapping', 'absent')]
    """
    if not 0.0 <= measured.margin < 1.0:
        raise InputError(f"The margin must be a fraction from 0 to below 1, not {measured.margin}.")
    check_readings(measured.readings)
    readings, draws = measured.readings, measured.resamples
    ends = mode_ends(readings)
    losses = {mode: draws.loss(readings[a], readings[b]) for mode, (a, b) in ends.items()}
    adjusted = dict(zip(losses, holm([loss.p_at_most(measured.margin) for loss in losses.values()]), strict=True))
    return tuple(
        _judge(mode, ends[mode], losses[mode], adjusted[mode], measured, len(losses))
        if mode in losses
        else Verdict(mode, "not assessed", measured.margin, "no reference")
        for mode in MODES
    )


def _judge(
    mode: Mode, ends: tuple[StageKey, StageKey], loss: Estimate, p: float, measured: Measured, tests: int
) -> Verdict:
    start, end = ends
    accuracies = (measured.accuracy(start), measured.accuracy(end))
    band, interval = measured.null_band, loss.interval()
    state = decide(interval, p, measured.margin)
    blind = band is not None and accuracies[0] <= band
    silent = blind and mode == "mapping" and measured.silent and state == "present"
    if blind and not silent:
        reason: Reason = "hidden" if band is not None and accuracies[1] > band else "nothing to lose"
        return Verdict(mode, "not assessed", measured.margin, reason, start, end, accuracies)
    grid, grid_loss = _by_grid(ends, measured)
    turned = grid_loss is not None and state in ("present", "absent") and _state(grid_loss, measured.margin) != state
    if turned:
        state = "undetermined"
    draws, undecided = measured.resamples, state == "undetermined"
    large = undecided and not turned and interval.low > measured.margin
    needed = cases_to_decide(loss, draws.cases, measured.margin, tests) if undecided and not turned else None
    reach = loss.critical(1 - 2 * LEVEL / tests) * loss.standard_error  # the strictest step of Holm, as for `needed`
    return Verdict(
        mode=mode,
        state=state,
        margin=measured.margin,
        reason="silent" if silent else "position" if turned else "holm" if large else None,
        start=start,
        end=end,
        accuracies=accuracies,
        loss=interval,
        grid=grid,
        grid_loss=grid_loss,
        parts=_parts(mode, ends, measured),
        p_adjusted=p,
        cases_needed=needed,
        smallest_margin=reach if reach < 1.0 else None,
    )


def _by_grid(ends: tuple[StageKey, StageKey], measured: Measured) -> tuple[tuple[float, float] | None, Interval | None]:
    """Accuracies and loss with the grid; nothing where it reads as the mean does, or no more than chance."""
    apart, draws = measured.apart, measured.resamples
    if not any(key in apart for key in ends):
        return None, None
    start, end = (apart.get(key, measured.readings[key]) for key in ends)
    accuracies = (draws.accuracy(start).value, draws.accuracy(end).value)
    if measured.null_band is not None and accuracies[0] <= measured.null_band:
        return None, None
    return accuracies, draws.loss(start, end).interval()


def _state(loss: Interval, margin: float) -> State:
    return decide(loss, 0.0, margin)


def _parts(mode: Mode, ends: tuple[StageKey, StageKey], measured: Measured) -> tuple[Part, ...]:
    middle = _SPLITS.get(mode)
    if middle is None or middle not in measured.readings or middle in ends:
        return ()
    steps: tuple[tuple[StageKey, StageKey], ...] = ((ends[0], middle), (middle, ends[1]))
    return tuple(
        Part(a, b, measured.resamples.loss(measured.readings[a], measured.readings[b]).value) for a, b in steps
    )
