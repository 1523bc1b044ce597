"""Calculation: the two ratios of heart to chest, where all that they need is in the picture."""

from collections.abc import Iterator

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.radiographs.tasks.subject import Subject

CTR = (
    "What is the cardiothoracic ratio (CTR) in this radiograph? Answer with a number.",
    "Calculate the CTR: widest heart diameter divided by widest inner chest diameter. Answer with a number.",
    "Measure the cardiothoracic ratio and give it as a decimal number.",
)
CPAR = (
    "What is the cardio-pulmonary area ratio (CPAR), the heart's projected area divided by that of both lungs? Answer "
    "with a number.",
    "Calculate the CPAR: projected heart area divided by projected lung area. Answer with a number.",
)


def calculations(subject: Subject) -> Iterator[Entry]:
    """CTR and CPAR to two decimals; of the CPAR `answer.value` has all of them."""
    for name, prompts, value in (("CTR", CTR, subject.truth.ctr), ("CPAR", CPAR, subject.truth.cpar)):
        if value is not None:
            answer = Answer(quantity=name, value=value, unit="ratio")
            yield subject.entry("calculation", subject.word(*prompts), f"{value:.2f}", answer)
