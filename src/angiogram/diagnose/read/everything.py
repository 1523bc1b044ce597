"""Everything that is read of a model on some cases: stages and answers, and the whole flow with its controls."""

from dataclasses import dataclass

from angiogram.cache import Progress
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.read.assess import Assessed, assess
from angiogram.diagnose.read.columns import NuisanceColumn
from angiogram.diagnose.read.controls import Controls, read_controls
from angiogram.diagnose.read.counted import read_wording
from angiogram.diagnose.read.curve import curve
from angiogram.diagnose.read.logit_lens import read_lens
from angiogram.diagnose.read.measured import CurvePoint, LensPoint
from angiogram.diagnose.read.modulation_transfer import detail_kept
from angiogram.diagnose.read.nuisance import read_nuisance
from angiogram.diagnose.read.told_in_words import probability_kept
from angiogram.diagnose.read.wording import Wording
from angiogram.diagnose.settings import Settings
from angiogram.probe.scores import majority


@dataclass(frozen=True)
class Everything:
    """What was read.

    Attributes:
        found: the stages, the answers and the probes at every tap.
        controls: beside the probes.
        points: the flow as the report draws it.
        lens: what the model's own head reads behind every LLM block.
        forming: at which block the answer forms, one sentence.
        nuisance: what else could be read.
        wording: in which words the classes were looked for.
        told: mean probability that the answer gives to the class that the prompt says in words.
        detail: share of fine contrast that reaches the encoder; None where it cannot be measured.
        chance: accuracy of always naming the most frequent class.
    """

    found: Assessed
    controls: Controls
    points: tuple[CurvePoint, ...]
    lens: tuple[LensPoint, ...]
    forming: str
    nuisance: tuple[NuisanceColumn, ...]
    wording: Wording
    told: float
    detail: float | None
    chance: float


def read_everything(planned: Plan, material: Material, settings: Settings, progress: Progress) -> Everything:
    """Read all of it.

    Args:
        planned: the pass that filled the store; it asked the model.
        material: see `Material`; with the random twin.
        settings: see `Settings`.
        progress: receives plain lines.
    """
    cases = material.examined.cases
    found = assess(planned, material, settings, progress)
    controls = read_controls(planned, material, found.flow.probe, progress)
    chance = majority(found.truth)
    lens, forming = read_lens(planned, material, found, chance)
    return Everything(
        found=found,
        controls=controls,
        points=curve(planned.taps, found.flow, controls, material.store, found.truth, chance, found.resamples),
        lens=lens,
        forming=forming,
        nuisance=read_nuisance(planned, material, found, settings, progress),
        wording=read_wording(planned, material, found),
        told=probability_kept(planned, material, progress),
        detail=detail_kept(planned.loaded, cases),
        chance=chance,
    )
