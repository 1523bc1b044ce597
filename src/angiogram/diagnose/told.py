"""Told in words what the image shows, does the model say it? The control for a loss behind the last token. [own]

A last token that knows the class and an answer that does not can have two reasons: the model cannot say these classes,
or what reaches the last token is not in its own terms, as behind a connector that turns every token. Told in words, the
first model fails as well; the second does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch

from angiogram.answer.calibrate import calibrated
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.data.cases import Cases
from angiogram.diagnose.behind import lost_behind_connector
from angiogram.diagnose.diagnosis import Verdict
from angiogram.diagnose.passes import grey_like
from angiogram.diagnose.phrases import percent
from angiogram.diagnose.plan import Plan
from angiogram.diagnose.terms import Interval, StageKey
from angiogram.model.prompt import chat, prepare

STATEMENT = "The image shows: {name}. {question}"
MOST = 64


def told(name: str, question: str) -> str:
    """The question behind a statement that answers it.

    >>> told("cyst", "What is it?")
    'The image shows: cyst. What is it?'
    """
    return STATEMENT.format(name=name, question=question)


@torch.no_grad()
def named_when_told(planned: Plan, cases: Cases) -> float:
    """Share of the classes that the constrained answer names when the prompt says them; the image is an even grey.

    Of more than 64 classes an even choice is told, and the answer still chooses among all. Likelihoods are calibrated
    over the prompts, as those of images are over the training images.
    """
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    loaded, question = planned.loaded, cases.ask()
    chosen = np.unique(np.linspace(0, len(cases.classes) - 1, MOST).round().astype(int)).tolist()
    grey = grey_like(cases.read(cases.rows[0]))
    scores: list[np.ndarray] = []
    for index in chosen:
        prompt = chat(loaded.processor, told(cases.classes[index], question))
        inputs = prepare(loaded.processor, prompt, [grey]).to(loaded.device)
        scores.append(class_log_likelihoods(prefill(loaded, inputs), planned.tree).cpu().numpy())
    every = np.arange(len(chosen))
    answers = calibrated(np.concatenate(scores), [(every, every)]).argmax(axis=1)
    return float(np.mean(answers == np.array(chosen)))


def can_say(share: float, classes: int) -> bool:
    """Whether that share is nearer to all than to chance.

    >>> can_say(0.7, 2), can_say(0.8, 2), can_say(0.6, 10)
    (False, True, True)
    """
    return share > (1 + 1 / classes) / 2


def unreadable(verdicts: Sequence[Verdict], accuracies: Mapping[StageKey, Interval], speaks: bool) -> bool:
    """Whether semantic mapping loses what the last token knows although the model can say the classes.

    By the accounting that is semantic mapping; but no word is missing, so the fault is that the language model cannot
    read what it is given.
    """
    lost = lost_behind_connector(verdicts, accuracies)
    return lost is not None and lost.mode == "mapping" and speaks


def with_told(
    verdicts: Sequence[Verdict], accuracies: Mapping[StageKey, Interval], share: float, speaks: bool
) -> tuple[Verdict, ...]:
    """The verdicts; that of a loss between last token and likelihoods says what the control shows."""
    lost = lost_behind_connector(verdicts, accuracies)
    if lost is None or lost.mode != "mapping":
        return tuple(verdicts)
    named = f"told in words what the image shows, the model names {percent(share)} of the classes"
    words = (
        f"But {named}, so it can say them: what reaches the last token is not in its own terms."
        if speaks
        else f"Even {named}: it lacks the words for them."
    )
    told_so = replace(lost, evidence=f"{lost.evidence} {words}")
    return tuple(told_so if verdict is lost else verdict for verdict in verdicts)
