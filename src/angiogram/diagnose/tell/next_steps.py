"""What to try next for each failure mode [own]: things a user can do, none of which is promised to help."""

from collections.abc import Mapping
from types import MappingProxyType

from angiogram.diagnose.phrases import count, points
from angiogram.diagnose.statistics.bootstrap import Estimate
from angiogram.diagnose.terms import Mode, StageKey, State

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
REFIT: Mapping[Mode, str] = MappingProxyType(
    {
        "comprehension": "Re-fit the connector with the language model frozen (`--remedies` tries it): as far as the "
        "answer comes back, the image was encoded but not readable and the connector's alignment is at fault. Where it "
        "does not, the language model is the likelier cause; a re-fit on few cases cannot prove it.",
        "mapping": "Re-fit the connector with the language model frozen (`--remedies` tries it): as far as the answer "
        "comes back, the connector's alignment or the class words are at fault, since a re-fit can also work round "
        "words that the model has wrong. Where it does not, the language model is the likelier cause; a re-fit on few "
        "cases cannot prove it.",
    }
)
"""Of a loss inside the language model, and of one between its last token and its answer."""
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


NO_REFERENCE = (
    "Give a reference: `--reference cnn` trains one on the same split, and a number such as `--reference 0.93` takes "
    "an accuracy that you know for these very cases."
)
NOTHING_TO_LOSE = (
    "Nothing is read above chance where this part begins: look at the 2x2 grid in the table of the taps, judge more "
    "cases, or give the encoder larger images."
)


def next_steps(
    mode: Mode,
    state: State,
    parts: Mapping[tuple[StageKey, StageKey], Estimate],
    margin: float,
    cases: int,
    cases_needed: int | None,
) -> tuple[str, ...]:
    """One to three sentences.

    Args:
        mode: the failure mode.
        state: its verdict.
        parts: losses inside the mode, where it is split: C-I and I-U, or U-S and S-G.
        margin: the practical margin.
        cases: cases evaluated.
        cases_needed: cases that would decide it, None where no practical number would.
    """
    if state == "absent":
        return (f"Nothing to mend here at a margin of {points(margin, 1)}.",)
    if state == "undetermined":
        more = (
            f"Evaluate about {count(cases_needed)} cases of the same kind (now {cases:,})."
            if cases_needed
            else "More cases will hardly decide it: the loss lies at the margin itself; judge by the interval."
        )
        return (more,)
    if mode == "vision":
        return _VISION
    if mode == "connector":
        return _CONNECTOR
    if mode == "comprehension":
        routing = _larger(parts, ("I", "U"), ("C", "I"))
        return (REFIT[mode], _ROUTE if routing else _TUNE, _BLOCK)
    return (_SAY, _READ_OUT) if _larger(parts, ("S", "G"), ("U", "S")) else (_CALIBRATE, _TUNE, REFIT[mode])


def _larger(
    parts: Mapping[tuple[StageKey, StageKey], Estimate],
    one: tuple[StageKey, StageKey],
    other: tuple[StageKey, StageKey],
) -> bool:
    """Whether the mode is split and loses more in the one part than in the other."""
    return one in parts and parts[one].value > parts[other].value
