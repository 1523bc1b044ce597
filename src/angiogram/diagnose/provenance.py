"""Where the numbers come from, and what weakens them."""

import platform
from collections.abc import Sequence

import numpy as np
import torch
import transformers
from numpy.typing import NDArray

import angiogram
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.collect import MAX_NEW_TOKENS, Plan
from angiogram.diagnose.diagnosis import CurvePoint, Fact
from angiogram.diagnose.reference import Reference
from angiogram.diagnose.settings import Settings

FEW_GROUPS = 20
COMPARED = ("encoder.out", "connector.out")


def provenance(
    planned: Plan, examined: Examined, splits: Splits, reference: Reference | None, settings: Settings
) -> tuple[Fact, ...]:
    """Everything needed to run the same diagnosis again."""
    cases, loaded = examined.cases, planned.loaded
    prepared = cases.read(cases.rows[0]).made
    return (
        Fact("model", f"{loaded.name}, revision {loaded.revision[:16]}"),
        Fact("model class", type(loaded.model).__name__),
        Fact("precision", str(loaded.model.dtype).removeprefix("torch.")),
        Fact("cases", f"{cases.name}: {len(cases)} readable, {len(examined.quarantined)} quarantined"),
        Fact("splits", splits.described),
        Fact("image preparation", "; ".join(prepared)),
        Fact("prompt", planned.prompt),
        Fact("generation", f"greedy, at most {MAX_NEW_TOKENS} tokens"),
        Fact("probe", "multinomial ridge, strength by exact leave-one-out on the training cases"),
        Fact("specialist", "none" if reference is None else reference.source),
        Fact("intervals", f"paired bootstrap over groups, {settings.resamples} resamples, 95 %"),
        Fact("margin", f"{100 * settings.margin:g} points"),
        Fact("seed", str(settings.seed)),
        Fact("angiogram", angiogram.__version__),
        Fact("torch", torch.__version__),
        Fact("transformers", transformers.__version__),
        Fact("python", platform.python_version()),
    )


def warnings(
    points: Sequence[CurvePoint], examined: Examined, groups: NDArray[np.int64], settings: Settings
) -> tuple[str, ...]:
    """One sentence for each thing that weakens the result."""
    found = _position(points, settings.margin)
    count = len(np.unique(groups))
    if count < FEW_GROUPS:
        found.append(f"Only {count} groups were evaluated; intervals over so few groups are approximate.")
    if examined.quarantined:
        found.append(f"{len(examined.quarantined)} cases could not be read and were left out.")
    return tuple(found)


def _position(points: Sequence[CurvePoint], margin: float) -> list[str]:
    """A warning where mean and grid pooling disagree by more than the margin."""
    gaps = {p.tap: p.grid - p.accuracy.value for p in points if p.tap in COMPARED and p.grid is not None}
    wide = {tap: gap for tap, gap in gaps.items() if abs(gap) > margin}
    if not wide:
        return []
    amounts = " and ".join(f"{100 * abs(gap):.0f} points {'more' if gap > 0 else 'less'}" for gap in wide.values())
    return [
        f"At {' and '.join(wide)} a probe reads {amounts} from a 2x2 grid of the image tokens than from their mean: "
        "the class is partly a matter of position, and the mean-pooled stages V, C and I do not show all that the "
        "language model receives."
    ]
