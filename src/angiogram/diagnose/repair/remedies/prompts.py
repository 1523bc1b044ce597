"""Whether another question brings the answer."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import prior
from angiogram.cache import Progress
from angiogram.data.cases import OPTIONS
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.remedies.judged import Judge
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.repair.trial_cases import Trial
from angiogram.errors import InputError
from angiogram.model.context import check_length
from angiogram.model.prompt import chat

QUESTIONS = (
    f"What does this image show? Answer with one of these names only: {OPTIONS}.",
    f"This image shows one of the following: {OPTIONS}. Which one is it?",
    "Name what this image shows, in as few words as possible.",
)
"""For any set of classes; two name them, one does not."""


def another_prompt(
    asker: Asker,
    questions: Sequence[str],
    stored: NDArray[np.floating],
    trial: Trial,
    judge: Judge,
    progress: Progress,
) -> Tried:
    """Ask other questions, take the one that is right most often on the cases that teach, and judge that one.

    Args:
        asker: the model with the question that the diagnosis asked.
        questions: others; those too long for the model's context are left out.
        stored: log-likelihoods of all cases behind the diagnosis's question, `[N, K]`.
        trial: who teaches and who is judged.
        judge: of the judged cases.
        progress: receives plain lines.
    """
    labels = asker.cases.labels
    others = [other for question in questions if (other := _asking(asker, question)) is not None]
    taught = [stored[trial.taught]]
    for number, other in enumerate(others, start=1):
        progress(f"asking another question, {number}/{len(others)}, about {len(trial.taught)} cases")
        taught.append(other.likelihoods(trial.taught))
    right = [float(np.mean((scores - prior(scores)).argmax(axis=1) == labels[trial.taught])) for scores in taught]
    best = int(np.argmax(right))  # of equals the first, which is the diagnosis's own
    before = trial.right(taught[0], stored[trial.judged], labels)
    done = f"None of {len(others)} other questions was right more often on {len(trial.taught)} training cases"
    if best:
        done = (
            f'Of {len(others)} other questions this one was right most often on {len(trial.taught)} training cases: "'
            f'{others[best - 1].cases.question}"'
        )
    after = trial.right(taught[best], others[best - 1].likelihoods(trial.judged), labels) if best else before
    return judge(
        "another prompt",
        ("comprehension", "mapping"),
        f"{done}; judged on {trial.where}.",
        before=before,
        after=after,
        compared="the answer by likelihood (S) to the question that was asked",
        cost=f"{len(others) * len(trial.taught) + (len(trial.judged) if best else 0)} passes",
    )


def _asking(asker: Asker, question: str) -> Asker | None:
    cases = replace(asker.cases, question=question)
    other = replace(asker, cases=cases, prompt=chat(asker.loaded.processor, cases.ask()))
    try:
        check_length(asker.loaded.model, other.inputs([0]), asker.tree.longest)
    except InputError:
        return None
    return other
