"""What a harmless change is, and all of them by name."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from angiogram.files import sha256_of_text
from angiogram.lesion.material import Material
from angiogram.lesion.planting import Planting
from angiogram.lesion.shown import Shown
from angiogram.lesion.subject import Subject
from angiogram.model.load import LoadedModel
from angiogram.registry import registered


def _as_it_is(subject: Subject) -> Subject:
    return subject


@dataclass(frozen=True)
class Harmless:
    """A change after which nothing is at fault that was not before.

    Attributes:
        name: in the registry.
        description: one sentence.
        plant: of the model; taken back when the context ends. None where it stays as it is.
        shown: of the cases or the settings.
        paired: whether the cases stay the same in the same order.
    """

    name: str
    description: str
    plant: Callable[[Planting], LoadedModel] | None = None
    shown: Callable[[Subject], Subject] = _as_it_is
    paired: bool = True


HARMLESS = {
    "encoder-basis-rotated": "angiogram.lesion.harmless.weights:BASIS",
    "connector-units-permuted": "angiogram.lesion.harmless.weights:CONNECTOR_UNITS",
    "llm-units-permuted": "angiogram.lesion.harmless.weights:UNITS_PERMUTED",
    "llm-units-scaled": "angiogram.lesion.harmless.weights:UNITS_SCALED",
    "llm-norms-scaled": "angiogram.lesion.harmless.weights:NORMS_SCALED",
    "head-shifted": "angiogram.lesion.harmless.weights:SHIFTED",
    "other-attention-kernel": "angiogram.lesion.harmless.weights:KERNEL",
    "classes-reordered": "angiogram.lesion.harmless.cases:REORDERED",
    "cases-doubled": "angiogram.lesion.harmless.cases:DOUBLED",
    "cases-shuffled": "angiogram.lesion.harmless.cases:SHUFFLED",
    "groups-renamed": "angiogram.lesion.harmless.cases:RENAMED",
    "other-batch-size": "angiogram.lesion.harmless.cases:BATCHED",
}


def harmless_named(name: str) -> Harmless:
    """The harmless change of this name.

    Raises:
        InputError: the name is not registered; the message names the nearest one.

    >>> harmless_named("cases-doubled").paired
    False
    """
    return registered("harmless change", name, HARMLESS)


@contextmanager
def unharmed(subject: Subject, name: str, seed: int = 0) -> Generator[Subject]:
    """The subject after a harmless change; on leaving, its model is as it was, bit for bit.

    Args:
        subject: a model with its cases.
        name: in `HARMLESS`.
        seed: of what the change draws.

    Raises:
        InputError: there is no such change, or the model has no place for it.
    """
    change = harmless_named(name)
    changed = change.shown(subject)
    if change.plant is None:
        yield changed
        return
    loaded = subject.loaded
    with ExitStack() as stack:
        other = change.plant(Planting(loaded, 1.0, seed, Material(), Shown(loaded, stack), stack))
        revision = sha256_of_text(f"{loaded.revision}:{name}:{seed}")
        yield replace(changed, loaded=replace(other, name=f"{loaded.name} after {name}", revision=revision))
