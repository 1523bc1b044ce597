"""Do prompts of different lengths disturb each other in a batch?"""

from angiogram.check.difference import apart, likelihoods_apart, tolerance, worst_tap
from angiogram.check.result import ONE_IMAGE, Finding
from angiogram.check.subject import Subject, joined
from angiogram.model.prompt import chat

NAME = "left against right padding"
MEASURED = (
    "largest difference of a tap between prompts of two lengths padded on the left in one batch and each alone, as a "
    "share of the tap's largest value"
)
LONGER = " Look at all of the picture first, then answer with one of the names and with nothing else."


def left_against_right_padding(subject: Subject) -> Finding:
    """A short and a long prompt about the first image, padded left and right, against each alone.

    Angiogram pads on the left. Padding on the right is measured, too, but a difference there is only noted. The answer
    is not read from a batch padded on the right, whose last position is padding; `llm.norm@last` stands for it.
    """
    if subject.one_by_one:
        return Finding(None, None, "not applicable", ONE_IMAGE)
    loaded, image = subject.loaded, subject.images[0]
    prompts = [subject.prompt, chat(loaded.processor, subject.question + LONGER)]
    truth = joined([subject.read([image], [prompt]) for prompt in prompts])
    left = subject.read([image, image], prompts)
    right = subject.read([image, image], prompts, "right")
    allowed = tolerance(loaded.model)
    tap, difference = worst_tap(left, truth)
    if difference > allowed:
        return Finding(difference, allowed, "wrong", f"Padding on the left changes what is read, most at {tap}.")
    moved = likelihoods_apart(left.likelihoods, truth.likelihoods)
    if moved > allowed:
        return Finding(moved, allowed, "wrong", "Padding on the left changes the class log-likelihoods by this share.")
    other = max(apart(right.pooled[name], rows) for name, rows in truth.pooled.items())
    note = "nor on the right" if other <= allowed else f"but on the right ({other:.2g}): pad left, as Angiogram does"
    return Finding(difference, allowed, "ok", f"Padding on the left changes nothing (worst: {tap}), {note}.")
