"""Told in words what the image shows, does the model say it? [own]

A model that does not repeat a class even then cannot say it. One that does has shown that it can copy a word, and
nothing more: it clears neither the words nor anything else.
"""

import json
import math
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.imaging.blank import grey_like
from angiogram.model.prompt import chat, prepare
from angiogram.tap.attention import check_readers, image_attention_bias, image_readers

STATEMENT = "The image shows: {name}. {question}"
MOST = 64
FILE = "told.json"
Speech = Literal["can say", "unclear", "cannot say"]


def told(name: str, question: str) -> str:
    """The question behind a statement that answers it.

    >>> told("cyst", "What is it?")
    'The image shows: cyst. What is it?'
    """
    return STATEMENT.format(name=name, question=question)


def probability_when_told(planned: Plan, cases: Cases) -> float:
    """Mean probability that the constrained answer gives to the class that the prompt says; the image is an even grey.

    Of more than 64 classes an even choice is told, and the answer still chooses among all. Likelihoods are made to add
    up to 1 and not calibrated: a head that says one class whatever it is told has lost its words. A model that does not
    read the words gives every class 1 / K on average: how far it prefers the right one counts, not whether it does,
    since of two classes a coin would name both in half of all models.

    Image tokens that the model cannot read may keep it from reading the words as well. So it is told twice, with its
    attention to the image as it is and with that cut, where it can be cut; the better counts.
    """
    as_it_is = _probability(planned, cases, cut=False)
    try:
        check_readers(planned.loaded)
    except InputError:
        return as_it_is
    return max(as_it_is, _probability(planned, cases, cut=True))


def probability_kept(planned: Plan, material: Material, progress: Progress) -> float:
    """`probability_when_told`, kept among the features, which belong to one model, one prompt and these class names.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    file = material.store.folder / FILE
    try:
        return float(json.loads(file.read_text())["probability"])
    except (OSError, ValueError, TypeError, KeyError):
        pass  # not there, or damaged: it is made anew
    progress(f"{planned.loaded.name}: each class is told in words")
    probability = probability_when_told(planned, material.examined.cases)
    with atomic_file(file) as temporary:
        temporary.write_text(json.dumps({"probability": probability}))
    return probability


@torch.no_grad()
def _probability(planned: Plan, cases: Cases, cut: bool) -> float:
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    loaded, question = planned.loaded, cases.ask()
    chosen = np.unique(np.linspace(0, len(cases.classes) - 1, MOST).round().astype(int))
    grey = grey_like(cases.read(cases.rows[0]))
    readers = image_readers(loaded) if cut else ()
    scores: list[NDArray[np.float32]] = []
    for index in chosen.tolist():
        prompt = chat(loaded.processor, told(cases.classes[index], question))
        inputs = prepare(loaded.processor, prompt, [grey]).to(loaded.device)
        with image_attention_bias(loaded, inputs, readers, -math.inf, "later"):
            scores.append(class_log_likelihoods(prefill(loaded, inputs), planned.tree).cpu().numpy())
    probabilities = softmax(np.concatenate(scores), axis=1)  # [chosen, K]
    return float(np.mean(probabilities[np.arange(len(chosen)), chosen]))


def speech(probability: float, classes: int) -> Speech:
    """What that probability says: nearer to certainty than to chance, hardly above chance, or in between.

    >>> speech(0.9, 2), speech(0.5, 2), speech(0.7, 2), speech(0.6, 10)
    ('can say', 'cannot say', 'unclear', 'can say')
    """
    above = (probability - 1 / classes) / (1 - 1 / classes)  # 0 at chance, 1 at certainty
    return "can say" if above > 0.5 else "unclear" if above > 0.25 else "cannot say"
