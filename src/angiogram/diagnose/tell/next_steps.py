"""What to try next for each failure mode and fault [own]: things a user can do, none of which is promised to help."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from angiogram.diagnose.judge.verdict import Part, Verdict
from angiogram.diagnose.phrases import count, points
from angiogram.diagnose.repair.rung import Place
from angiogram.diagnose.terms import Fault, StageKey

_VISION = (
    "Fine-tune the vision encoder on these classes with a plain cross-entropy loss, then diagnose again.",
    "Check that window, spacing, crop and resolution match what the encoder was trained on, and try larger images.",
    "Look at the curve: where another encoder block reads more than the encoder's end, let the connector read that "
    "block.",
)
_CONNECTOR = (
    "Try a connector that keeps more: wider, deeper, or merging fewer patches into one token.",
    "Train the connector longer, or on descriptions that name what tells the classes apart.",
    "Read with the 2x2 grid pooling: where it shows no loss, the connector only moved the signal between tokens.",
)
_TUNE = "Fine-tune the language model (LoRA) on questions about these images."
_ROUTE = (
    "The image tokens still carry the label but the last token does not receive it: fine-tune on this very question, "
    "and try placing the question before the image."
)
_BLOCK = "Block the attention to the image tokens layer by layer to see where the answer uses them, if at all."
_READ_OUT = (
    "Where only the label is needed, read it with the probe at the last token: that is the accuracy measured there."
)
_CALIBRATE = (
    "Calibrate the class likelihoods, rename the classes in words the model knows, and try other option orders."
)
_SAY = (
    "The right label is often preferred but not said: limit the answer to the class names, or fine-tune on its format."
)


# Behind the connector the mode says where accuracy goes, the fault says what to mend.
_MENDS: Mapping[Fault, str] = MappingProxyType(
    {
        "hand-over": "Train the connector again with the language model frozen, on descriptions of such images: what "
        "is encoded must be in the language model's terms.",
        "language model": _TUNE,
        "words": "Rename the classes in words that the model knows (its answers show which it says), and try other "
        "option orders.",
        "format": _SAY,
    }
)

_MEND = "`angiogram mend` makes the least repair of what the diagnosis names, and diagnoses again."
_PREPARE = "Prepare the images as the ladder says: that alone brings the answer back, and nothing need be trained."
NO_REFERENCE = (
    "Give a reference: `--reference cnn` trains one on the same split, and a number such as `--reference 0.93` takes "
    "an accuracy that you know for these very cases."
)
NOTHING_TO_LOSE = (
    "Nothing is read above chance where this part begins: look at the 2x2 grid in the table of the taps, judge more "
    "cases, or give the encoder larger images."
)
POSITION = (
    "Position carries the class: read the table of the taps by its 2x2 grid, and compare stages that are pooled alike."
)


def next_steps(
    verdict: Verdict, cases: int, fault: Collection[Fault] = (), cleared: Place | None = None
) -> tuple[str, ...]:
    """One to four sentences.

    Args:
        verdict: of one mode.
        cases: number of cases evaluated.
        fault: what the judgement names.
        cleared: the interface whose repair clears what stands behind it.
    """
    if verdict.state == "not assessed":
        return (NO_REFERENCE,) if verdict.reason == "no reference" else (NOTHING_TO_LOSE,)
    if verdict.state == "absent":
        return (f"Nothing to mend here at a margin of {points(verdict.margin, 1)}.",)
    if verdict.reason == "position":
        return (POSITION,)
    if verdict.state == "undetermined":
        more = (
            f"Evaluate about {count(verdict.cases_needed)} cases of the same kind (now {cases:,})."
            if verdict.cases_needed
            else "More cases will hardly decide it: the loss lies at the margin itself; judge by the interval."
        )
        return (more,)
    if cleared == "input" and verdict.mode not in ("vision", "connector"):
        return (_PREPARE,)
    return (*_of_mode(verdict, fault), _MEND) if fault else _of_mode(verdict, fault)


def _of_mode(verdict: Verdict, fault: Collection[Fault]) -> tuple[str, ...]:
    """What may help where a mode is present."""
    if verdict.mode == "vision":
        return _VISION
    if verdict.mode == "connector":
        return _CONNECTOR
    mends = tuple(_MENDS[name] for name in _MENDS if name in fault)
    if verdict.mode == "comprehension":
        if _mostly(verdict.parts, "I", "U"):
            return (*mends, _ROUTE)
        return (*(mends or (_TUNE,)), _BLOCK)
    if mends:
        return (*mends, _READ_OUT)
    return (_SAY, _READ_OUT) if _mostly(verdict.parts, "S", "G") else (_CALIBRATE, _TUNE)


def _mostly(parts: Sequence[Part], start: StageKey, end: StageKey) -> bool:
    """Whether the mode is split and loses most between these stages."""
    return bool(parts) and max(parts, key=lambda part: part.loss) == next(
        (part for part in parts if (part.start, part.end) == (start, end)), None
    )
