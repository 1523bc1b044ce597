"""All that a reader can look at."""

from dataclasses import dataclass

from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.picture.evidence import evidence_maps
from angiogram.diagnose.picture.examples import Example, confusions, examples
from angiogram.diagnose.picture.feature_maps import feature_maps
from angiogram.diagnose.picture.result import EvidenceMap, FeatureMap
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.read.flow import best_late_layer
from angiogram.diagnose.read.measured import Confusion
from angiogram.diagnose.settings import Settings


@dataclass(frozen=True)
class Drawn:
    """What is shown.

    Attributes:
        confusions: at chosen stages.
        examples: cases where a probe knows and the answer does not, and the reverse.
        evidence: maps of the votes over these examples, where the places of the model's image tokens are known.
        maps: how the evaluated cases lie to each other at V, C and U.
    """

    confusions: tuple[Confusion, ...]
    examples: tuple[Example, ...]
    evidence: tuple[EvidenceMap, ...]
    maps: tuple[FeatureMap, ...]


def draw(planned: Plan, material: Material, found: Assessed, settings: Settings) -> Drawn:
    """Choose and draw; of a case whose picture is not shown there is no map of evidence either."""
    cases, pairs, classes = material.examined.cases, material.splits.pairs, len(material.examined.cases.classes)
    shown = examples(cases, found.evaluated, found.named, found.answering.texts, settings.pictures)
    seen = [each.case for each in shown if each.thumbnail]
    late: tuple[str, ...] = ()
    if planned.loaded.anatomy.image_tokens:
        late = best_late_layer(planned.taps, found.flow.mean, pairs, found.evaluated)
    return Drawn(
        confusions=confusions(found.named, found.truth, classes),
        examples=shown,
        evidence=evidence_maps(planned, cases, pairs, material.store, seen, late),
        maps=feature_maps(material.store, cases.labels, classes, found.evaluated, settings.seed),
    )
