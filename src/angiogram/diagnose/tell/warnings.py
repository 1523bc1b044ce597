"""What weakens the numbers, one sentence each."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.data.intake import Examined
from angiogram.data.making import Making
from angiogram.diagnose.account.accounting import Accounting
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.phrases import READS, number, percent, points, span
from angiogram.diagnose.read.answers import CHOSEN, RAW
from angiogram.diagnose.read.measured import CurvePoint
from angiogram.diagnose.read.modulation_transfer import detail_words, withheld
from angiogram.diagnose.read.wording import Spelling
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Answers

FEW_GROUPS = 20
FEW_OF_CLASS = 5
FEWEST_PERMUTATIONS = 19
COMPARED = ("encoder.out", "connector.out")


def warnings(
    planned: Plan,
    curve: Sequence[CurvePoint],
    examined: Examined,
    truth: NDArray[np.int64],
    groups: NDArray[np.int64],
    answers: Answers,
    settings: Settings,
    detail: float | None,
) -> tuple[str, ...]:
    """One sentence for each thing that weakens the result.

    Args:
        planned: the pass over the model.
        curve: what is read at every tap.
        examined: readable and quarantined cases.
        truth: classes of the evaluated cases, `[n]`.
        groups: their groups, `[n]`.
        answers: how the model answers.
        settings: see `Settings`.
        detail: that of `detail_kept`.
    """
    found = _position(curve, settings.margin)
    ways = dict(answers.accuracies)
    gap = ways[CHOSEN] - ways[RAW]
    if abs(gap) > settings.margin:
        found.append(
            f"The calibration of the class likelihoods {'raises' if gap > 0 else 'lowers'} the accuracy at S by "
            f"{number(abs(gap))} points; read the steps from U to S and from S to G together."
        )
    if planned.tree is not None and (begun := planned.tree.beginnings()):
        words = examined.cases.words.texts
        pairs = ", ".join(f"'{words[short]}' begins '{words[longer]}'" for short, longer in begun[:3])
        found.append(
            f"Some class names are the beginning of others ({pairs}): a summed likelihood can never prefer the longer "
            "one; the calibrated and the per-token readings can."
        )
    found += costly_spelling(answers.wording.spelling, settings.margin)
    if planned.loaded.trained_on == examined.cases.name:
        found.append(
            "The model was trained on training cases of this very set, from which the probes learn too: what it "
            "memorised of them can make the probes inside it read less from the held-out cases than it knows."
        )
    if detail is not None and withheld(detail):
        words = detail_words(detail)
        found.append(
            f"{words[0].upper()}{words[1:]}: it is shown less than the images hold, and a loss anywhere behind it may "
            "come from that. Look at the sizes in the processor's settings."
        )
    if settings.permutations < FEWEST_PERMUTATIONS:
        found.append(
            f"The null band rests on {settings.permutations} permutations; fewer than {FEWEST_PERMUTATIONS} cannot "
            "hold its level of 5 %."
        )
    if better := [p.tap for p in curve if p.part != "pixels" and p.on_path and p.twin > p.accuracy.high]:
        found.append(
            f"At {len(better)} of {len(curve)} taps (the first: {better[0]}) a probe reads more from the same "
            "architecture with random weights than from the model: what it reads there was not learnt."
        )
    found += few_groups(truth, groups, examined.cases.classes)
    if bad := len(examined.quarantined):
        who = "1 case could not be used and was" if bad == 1 else f"{bad} cases could not be used and were"
        found.append(f"{who} left out.")
    return tuple(found)


def no_ceiling(accounting: Accounting) -> tuple[str, ...]:
    """A warning where a probe inside the model surely reads more than the specialist; else nothing."""
    step = next((step for step in accounting.steps if step.start == "R"), None)
    if step is None or step.loss.high >= 0:
        return ()
    specialist, probe = accounting.accuracies["R"].value, accounting.accuracies[step.end].value
    return (
        f"The specialist is no ceiling: it reads {percent(specialist)}, {READS[step.end]} {percent(probe)}. How much "
        "more the images show than the encoder holds is not known; a stronger --reference would tell.",
    )


def burned_in(made: Making) -> tuple[str, ...]:
    """A warning where files say that text is burned into their pixels."""
    if not made.burned_in:
        return ()
    who = "1 image has" if made.burned_in == 1 else f"{made.burned_in} images have"
    shown = {
        "auto": "not shown here (--pictures all shows it)",
        "all": "shown here as asked: look before you pass this page on",
        "none": "not shown here",
    }[made.pictures]
    return (
        f"{who} text burned into the pixels by the file's own word, which may name the patient and which the model may "
        f"read: what has it is {shown}.",
    )


def costly_spelling(spelling: Spelling | None, margin: float) -> list[str]:
    """At most one warning: the names as files spell them cost the answer more than the margin."""
    if spelling is None or spelling.cost.value <= margin:
        return []
    name, said = spelling.names[0]
    return [
        f"Some classes are asked for as files spell them (the first: '{name}'); said as '{said}', the answer by "
        f"likelihood is right {points(spelling.cost.value)} more often (95 % interval {span(spelling.cost)}). Give "
        "--class-names words, or leave it out."
    ]


def few_groups(truth: NDArray[np.int64], groups: NDArray[np.int64], classes: Sequence[str]) -> list[str]:
    """At most one warning: too few groups for exact intervals, in all or of some class.

    Args:
        truth: classes of the evaluated cases, `[n]`.
        groups: their groups, `[n]`.
        classes: names.

    >>> few_groups(np.arange(60) % 2, np.arange(60), ("cyst", "stone"))
    []
    """
    count = len(np.unique(groups))
    of_class = {label: len(np.unique(groups[truth == label])) for label in np.unique(truth).tolist()}
    thin = [classes[label] for label, its in sorted(of_class.items(), key=lambda one: one[1]) if its < FEW_OF_CLASS]
    names = ", ".join(f"'{name}'" for name in thin[:2]) + (f" and {len(thin) - 2} more" if len(thin) > 2 else "")
    which = (
        f"{len(thin)} of {len(of_class)} classes ({names}) {'rests' if len(thin) == 1 else 'rest'} on fewer than "
        f"{FEW_OF_CLASS} evaluated groups"
    )
    scores = "balanced accuracy, macro F1 and macro AUROC"
    if count < FEW_GROUPS:
        most = f", most of all those of {scores}, as {which}" if thin else ""
        return [f"Only {count} groups were evaluated; intervals over so few groups are approximate{most}."]
    return [f"{which}: the intervals of {scores}, which count all classes alike, are approximate."] if thin else []


def _position(curve: Sequence[CurvePoint], margin: float) -> list[str]:
    """A warning where mean and grid pooling disagree by more than the margin, in either direction."""
    gaps = {p.tap: p.grid - p.accuracy.value for p in curve if p.tap in COMPARED and p.grid is not None}
    more = {tap: gap for tap, gap in gaps.items() if gap > margin}
    less = {tap: gap for tap, gap in gaps.items() if gap < -margin}
    found: list[str] = []
    if more:
        found.append(
            f"At {' and '.join(more)} a probe reads {_amounts(more)} points more from a 2x2 grid of the image tokens "
            "than from their mean. The class is partly a matter of position, and the mean-pooled stages V, C and I do "
            "not show all that the language model receives."
        )
    if less:
        found.append(
            f"At {' and '.join(less)} a probe reads {_amounts(less)} points less from a 2x2 grid of the image tokens "
            "than from their mean. These cases are too few for four times the features, so that the grid cannot show "
            "whether position matters."
        )
    return found


def _amounts(gaps: Mapping[str, float]) -> str:
    return " and ".join(f"{100 * abs(gap):.0f}" for gap in gaps.values())
