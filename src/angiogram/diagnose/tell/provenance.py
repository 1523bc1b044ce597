"""Where the numbers come from."""

import platform

import torch
import transformers

import angiogram
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.phrases import percent
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Fact

PROBES = {
    "ridge": "multinomial ridge, strength by leave-one-out on the training cases (of more than 500, by 500 of them)",
    "logistic": "multinomial logistic regression, strength by inner folds of the training cases",
    "mlp": "two-layer perceptron of 512 hidden units, 20 epochs, two seeds (the protocol of arXiv 2604.08333)",
}


def provenance(
    planned: Plan,
    examined: Examined,
    splits: Splits,
    reference: Reference | None,
    settings: Settings,
    detail: float | None,
) -> tuple[Fact, ...]:
    """Everything needed to run the same diagnosis again; `detail` is that of `detail_kept`."""
    cases, loaded = examined.cases, planned.loaded
    revision = "" if cases.revision is None else f", revision {cases.revision[:16]}"
    return (
        Fact("model", f"{loaded.name}, revision {loaded.revision[:16]}"),
        *([Fact("model made of", " ".join(loaded.statements))] if loaded.statements else []),
        Fact("model class", type(loaded.model).__name__),
        Fact("precision", str(loaded.model.dtype).removeprefix("torch.")),
        Fact(
            "cases",
            f"{cases.name}{revision}: {len(cases)} readable, {len(examined.quarantined)} quarantined",
        ),
        Fact("splits", splits.described),
        Fact("duplicates", splits.duplicates),
        Fact(
            "detail handed to the encoder", "not measured" if detail is None else f"{percent(detail)} of its contrast"
        ),
        Fact("prompt", planned.prompt),
        Fact(
            "generation",
            f"greedy, at most {planned.longest_answer} tokens; a longer answer is cut off and counts as unparsed",
        ),
        Fact("probe", PROBES[settings.probe]),
        Fact(
            "null band", "labels permuted by group within the folds; the best tap's ridge probe or the majority guess"
        ),
        Fact("specialist", "none" if reference is None else reference.source),
        *(Fact(f"reference {each.name}", each.training) for each in (reference.trained if reference else ())),
        Fact("intervals", f"paired bootstrap over groups, {settings.resamples} resamples, 95 %"),
        Fact("margin", f"{100 * settings.margin:g} points"),
        Fact("seed", str(settings.seed)),
        Fact("angiogram", angiogram.__version__),
        Fact("torch", torch.__version__),
        Fact("transformers", transformers.__version__),
        Fact("python", platform.python_version()),
    )
