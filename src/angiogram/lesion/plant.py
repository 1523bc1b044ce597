"""A model with a lesion, for as long as a context lasts, and what it is then asked."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from angiogram.data.cases import Cases
from angiogram.errors import InputError
from angiogram.files import sha256_of_text
from angiogram.lesion.lesion import Lesion, lesion_named
from angiogram.lesion.material import Material
from angiogram.lesion.planting import Planting
from angiogram.lesion.shown import Shown
from angiogram.model.load import LoadedModel

NOTHING_KNOWN = Material()


@contextmanager
def planted(
    loaded: LoadedModel, lesion_name: str, strength: float, seed: int, material: Material = NOTHING_KNOWN
) -> Generator[LoadedModel]:
    """Plant a lesion into a model; on leaving, the model is as it was, bit for bit, whatever happened inside.

    The model itself carries the lesion inside the context, so that `loaded` has it as well; the model that is yielded
    also says so in its name and in its revision, which is part of every cache's fingerprint, and brings the processor
    along that belongs to the lesion. Nothing is changed at strength 0. Another question or other class names are
    `put_to`'s.

    Args:
        loaded: the model.
        lesion_name: a name in `LESIONS`.
        strength: 0 to 1; 0 or 1 for a lesion that is not graded.
        seed: of what the lesion draws.
        material: what some lesions have to know of the cases.

    Raises:
        InputError: there is no such lesion, it has no such strength, the material lacks what the lesion needs,
            or the model has no place for it.
    """
    lesion = _with_strength(lesion_name, strength)
    with ExitStack() as stack:
        ill = loaded
        if strength > 0:
            ill = lesion.plant(Planting(loaded, strength, seed, material, Shown(loaded, stack), stack))
        said = f"{loaded.revision}:{lesion_name}:{strength!r}:{seed}:{material.digest}"
        name = f"{loaded.name} with {lesion_name} at {strength:g} (seed {seed})"
        yield replace(ill, name=name, revision=sha256_of_text(said))


def put_to(cases: Cases, lesion_name: str, strength: float, seed: int) -> Cases:
    """The cases as a model with this lesion is asked about them: perhaps another question, or other class names.

    Rows, images, groups, splits and which class a case is of stay, so that folds and truth do.

    Raises:
        InputError: there is no such lesion, it has no such strength, or it cannot be planted in these cases.
    """
    lesion = _with_strength(lesion_name, strength)
    return lesion.asked(cases, seed) if strength > 0 else cases


def _with_strength(name: str, strength: float) -> Lesion:
    lesion = lesion_named(name)
    if not 0 <= strength <= 1:
        raise InputError(f"The strength of a lesion is from 0 to 1, not {strength}.")
    if not lesion.graded and strength not in (0, 1):
        raise InputError(f"The lesion '{name}' is there or not: its strength is 0 or 1, not {strength}.")
    return lesion
