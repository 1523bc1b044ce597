"""What a lesion is, and all of them by name."""

from collections.abc import Callable
from dataclasses import dataclass

from angiogram.diagnose.terms import Mode
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel
from angiogram.registry import registered


@dataclass(frozen=True)
class Lesion:
    """A known fault.

    Attributes:
        name: in the registry.
        stage: the failure mode that a diagnosis should find.
        description: one sentence.
        plant: puts the fault in, with a strength above 0; what it changes is taken back when the planting ends.
        draws: whether it draws anything, so that another seed is another fault.
    """

    name: str
    stage: Mode
    description: str
    plant: Callable[[Planting], LoadedModel]
    draws: bool = True


LESIONS = {
    "encoder-noise": "angiogram.lesion.encoder_noise:LESION",
    "encoder-random-block": "angiogram.lesion.encoder_random_block:LESION",
    "blurred-input": "angiogram.lesion.blurred_input:LESION",
    "connector-subspace": "angiogram.lesion.connector_subspace:LESION",
    "connector-rotation": "angiogram.lesion.connector_rotation:LESION",
    "llm-attention": "angiogram.lesion.llm_attention:LESION",
    "llm-noise": "angiogram.lesion.llm_noise:LESION",
    "head-permuted": "angiogram.lesion.head_permuted:LESION",
    "head-biased": "angiogram.lesion.head_biased:LESION",
    "talks-around": "angiogram.lesion.talks_around:LESION",
}


def lesion_named(name: str) -> Lesion:
    """The lesion of this name.

    Raises:
        InputError: the name is not registered; the message names the nearest one.

    >>> lesion_named("connector-rotation").stage
    'comprehension'
    """
    return registered("lesion", name, LESIONS)
