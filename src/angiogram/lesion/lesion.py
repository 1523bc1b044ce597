"""What a lesion is, and all of them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from angiogram.data.cases import Cases
from angiogram.diagnose.terms import Fault
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel
from angiogram.registry import registered

Half = Literal["tuning", "frozen", "balanced"]
"""Balanced: a second frozen part, three kinds for each fault, written by someone who had not read how a verdict is
reached."""
Interface = Literal[
    "input", "encoder", "connector", "embeddings", "language model", "precision", "cache", "head", "prompt",
    "class names",
]  # fmt: skip


def intact(planting: Planting) -> LoadedModel:
    """The model as it is: of a lesion that changes only what the model is asked."""
    return planting.loaded


def as_asked(cases: Cases, _: int) -> Cases:
    """The cases as they are: of a lesion that changes only the model."""
    return cases


@dataclass(frozen=True)
class Lesion:
    """A known fault.

    Attributes:
        name: in the registry.
        interface: where it is planted.
        truth: what a diagnosis may honestly name, written down before any run; more than one where one model alone
            cannot tell them apart, or where it depends on the model which of them it becomes.
        half: whether the diagnosis may be tuned on it; no rule is changed for what is found in the frozen half and the
            balanced part.
        description: one sentence.
        why: one sentence for the truth.
        plant: puts the fault in, with a strength above 0; what it changes is taken back when the planting ends.
        asked: (cases, seed) -> the same cases with another question or other class names; rows, folds, images and
            which class a case is of stay.
        draws: whether it draws anything, so that another seed is another fault.
        graded: whether strengths below 1 are weaker faults; else there is only strength 1.
    """

    name: str
    interface: Interface
    truth: frozenset[Fault]
    half: Half
    description: str
    why: str
    plant: Callable[[Planting], LoadedModel] = intact
    asked: Callable[[Cases, int], Cases] = as_asked
    draws: bool = True
    graded: bool = True


LESIONS = {
    "blurred-input": "angiogram.lesion.kinds.input:BLURRED",
    "half-size-input": "angiogram.lesion.kinds.input:SHRUNKEN",
    "wrong-normalisation": "angiogram.lesion.kinds.input:UNNORMALISED",
    "inverted-grey": "angiogram.lesion.kinds.input:INVERTED",
    "quarter-turn": "angiogram.lesion.kinds.input:TURNED",
    "centre-crop": "angiogram.lesion.kinds.input:CROPPED",
    "shuffled-tiles": "angiogram.lesion.kinds.input:SHUFFLED",
    "other-picture": "angiogram.lesion.kinds.input_other:LESION",
    "encoder-noise": "angiogram.lesion.kinds.encoder_noise:LESION",
    "encoder-random-block": "angiogram.lesion.kinds.encoder_random_block:LESION",
    "encoder-heads-off": "angiogram.lesion.kinds.encoder:HEADS",
    "encoder-positions-scrambled": "angiogram.lesion.kinds.encoder_positions:LESION",
    "encoder-attention-flat": "angiogram.lesion.kinds.encoder:FLAT",
    "encoder-mlps-off": "angiogram.lesion.kinds.encoder:MLPS",
    "encoder-norms-noised": "angiogram.lesion.kinds.encoder:NORMS",
    "patch-kernel-noised": "angiogram.lesion.kinds.encoder:KERNEL",
    "patch-kernel-empty": "angiogram.lesion.kinds.weights_empty:KERNEL",
    "encoder-channels-scattered": "angiogram.lesion.kinds.encoder_scattered:LESION",
    "connector-subspace": "angiogram.lesion.kinds.connector_subspace:LESION",
    "connector-rotation": "angiogram.lesion.kinds.connector_rotation:LESION",
    "connector-tokens-constant": "angiogram.lesion.kinds.connector:CONSTANT",
    "connector-scaled-down": "angiogram.lesion.kinds.connector:SMALLER",
    "connector-scaled-up": "angiogram.lesion.kinds.connector:LARGER",
    "connector-shifted": "angiogram.lesion.kinds.connector:SHIFTED",
    "connector-shuffled": "angiogram.lesion.kinds.connector:SHUFFLED",
    "connector-signs": "angiogram.lesion.kinds.connector:SIGNS",
    "connector-weights-noised": "angiogram.lesion.kinds.connector:WEIGHTS",
    "connector-other-case": "angiogram.lesion.kinds.connector_other_case:LESION",
    "connector-empty": "angiogram.lesion.kinds.weights_empty:CONNECTOR",
    "connector-differences-drowned": "angiogram.lesion.kinds.connector_drowned:LESION",
    "connector-stretched": "angiogram.lesion.kinds.connector_terms:STRETCHED",
    "connector-crosstalk": "angiogram.lesion.kinds.connector_terms:CROSSTALK",
    "connector-faint": "angiogram.lesion.kinds.connector_terms:FAINT",
    "embeddings-noised": "angiogram.lesion.kinds.embeddings:NOISED",
    "embeddings-exchanged": "angiogram.lesion.kinds.embeddings:EXCHANGED",
    "llm-attention": "angiogram.lesion.kinds.llm_attention:LESION",
    "llm-noise": "angiogram.lesion.kinds.llm_noise:LESION",
    "llm-directions-unread": "angiogram.lesion.kinds.llm_directions:LESION",
    "llm-blocks-exchanged": "angiogram.lesion.kinds.llm:EXCHANGED",
    "llm-last-block-skipped": "angiogram.lesion.kinds.llm:LAST_SKIPPED",
    "llm-norm-noised": "angiogram.lesion.kinds.llm:NORM",
    "llm-middle-block-skipped": "angiogram.lesion.kinds.llm:MIDDLE_SKIPPED",
    "llm-heads-off": "angiogram.lesion.kinds.llm:HEADS",
    "llm-mlps-off": "angiogram.lesion.kinds.llm:MLPS",
    "llm-image-positions": "angiogram.lesion.kinds.llm:POSITIONS",
    "llm-memory-constant": "angiogram.lesion.kinds.llm_memory:CONSTANT",
    "llm-memory-drowned": "angiogram.lesion.kinds.llm_memory:DROWNED",
    "llm-last-token-alone": "angiogram.lesion.kinds.llm_alone:LESION",
    "all-3-bits": "angiogram.lesion.kinds.precision:ALL",
    "llm-3-bits": "angiogram.lesion.kinds.precision:LLM",
    "encoder-3-bits": "angiogram.lesion.kinds.precision:ENCODER",
    "cache-image-zeroed": "angiogram.lesion.kinds.cache:FADED",
    "cache-2-bits": "angiogram.lesion.kinds.cache:ROUNDED",
    "head-permuted": "angiogram.lesion.kinds.head_permuted:LESION",
    "head-biased": "angiogram.lesion.kinds.head_biased:LESION",
    "talks-around": "angiogram.lesion.kinds.talks_around:LESION",
    "head-rows-noised": "angiogram.lesion.kinds.head_rows:NOISED",
    "head-rows-averaged": "angiogram.lesion.kinds.head_rows:AVERAGED",
    "head-other-class": "angiogram.lesion.kinds.head_other_class:LESION",
    "head-turned": "angiogram.lesion.kinds.head_turned:LESION",
    "vocabulary-shifted": "angiogram.lesion.kinds.vocabulary:LESION",
    "answer-ends-at-once": "angiogram.lesion.kinds.endings:AT_ONCE",
    "answer-never-ends": "angiogram.lesion.kinds.endings:NEVER",
    "answer-letter-too-many": "angiogram.lesion.kinds.endings:LETTER",
    "question-open": "angiogram.lesion.kinds.asking:OPEN_QUESTION",
    "question-distracting": "angiogram.lesion.kinds.asking:DISTRACTED",
    "template-lost": "angiogram.lesion.kinds.asking:TEMPLATE",
    "names-german": "angiogram.lesion.kinds.names:GERMAN",
    "names-synonyms": "angiogram.lesion.kinds.names:SYNONYMS",
    "names-codes": "angiogram.lesion.kinds.names:CODES",
    "names-misspelt": "angiogram.lesion.kinds.names:MISSPELT",
    "names-reversed": "angiogram.lesion.kinds.names:REVERSED",
}


def lesion_named(name: str) -> Lesion:
    """The lesion of this name.

    Raises:
        InputError: the name is not registered; the message names the nearest one.

    >>> sorted(lesion_named("connector-rotation").truth)
    ['hand-over']
    """
    return registered("lesion", name, LESIONS)


def lesions_of(half: Half) -> tuple[str, ...]:
    """The names of one part, in the order of the registry."""
    return tuple(name for name in LESIONS if lesion_named(name).half == half)
