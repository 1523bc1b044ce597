"""Where the fault is: the first present loss, and not those that may follow from it. [own]

The image flows one way: a fault changes nothing before the place where it stands, and may well leave the parts behind
it with features that they were not trained on. Of several losses the first is therefore taken for the fault. And what
the last token knows and a model that can say it does not prefer (see `told`) is a matter of reading the image, which is
the language model's comprehension, and not of its words. An encoder that is shown less detail than the images hold (see
`detail`) stands behind a fault already: what later parts do not read of its features then counts as visual
representation.
"""

from collections.abc import Collection, Sequence

from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.terms import Mode


def first_fault(
    verdicts: Sequence[Verdict], unreadable: bool, known: Collection[Mode] = (), blurred: bool = False
) -> Mode | None:
    """The failure mode at fault; None where no loss is present.

    Args:
        verdicts: of the four modes, in the order of the flow.
        unreadable: see `told.unreadable`.
        known: modes that were present before, which are passed over.
        blurred: see `detail.suspected`.
    """
    first: Mode | None = next((v.mode for v in verdicts if v.state == "present" and v.mode not in known), None)
    if first in ("comprehension", "mapping") and blurred and "vision" not in known:
        return "vision"
    return read_as(first, unreadable)


def read_as(mode: Mode | None, unreadable: bool) -> Mode | None:
    """Semantic mapping that loses no words counts as comprehension."""
    return "comprehension" if mode == "mapping" and unreadable else mode
