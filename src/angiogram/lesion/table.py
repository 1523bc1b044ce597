"""All known faults and harmless changes as a page: `python -m angiogram.lesion.table > docs/lesions.md`."""

from collections.abc import Sequence
from typing import get_args

from angiogram.diagnose.terms import Fault
from angiogram.lesion.harmless.change import HARMLESS, harmless_named
from angiogram.lesion.lesion import LESIONS, Half, lesion_named, lesions_of

_HEAD = """# Known faults and harmless changes

`angiogram lesion` plants these faults in a model, one at a time, and asks the diagnosis for them. The truth of each was
written down before the runs whose figures are given, and none has been changed since. Where it holds more than one
fault, one model alone cannot tell them apart, or which of them it becomes depends on the model. A diagnosis is right
where all that it names is true, or where it names at most two faults and one of them is true.

The kinds are divided: the diagnosis may be tuned on one half; no rule is changed for what is found in the **frozen**
half. Nor for the **balanced** part, a second frozen one: three kinds for each fault, each with one truth, written by
someone who had not read how a verdict is reached; two of them were exchanged after a trial, before that part was first
measured. Both are measured again when the repairs or the rules have changed for another reason. Some faults have their
exact inverse among the repairs: `inverted-grey` among the preparations of the images, `head-permuted` in the exchange
of names.

A fault with grades has a strength above 0 and up to 1; the others are there or not. For some the strength is the share
of the images that are hit, chosen without regard to their class. A kind that has no place in a model, such as positions
of image tokens where there are none, is left out with the reason.

`python -m angiogram.lesion.table > docs/lesions.md` writes this page from the registry.
"""


def document() -> str:
    """The page, in Markdown."""
    found = [lesion_named(name) for name in LESIONS]
    tuning, frozen, balanced = (len(lesions_of(half)) for half in get_args(Half))
    faults = _table(
        ("name", "interface", "what is done", "truth", "why", "part", "grades", "drawn"),
        [
            (
                f"`{each.name}`", each.interface, each.description, " or ".join(sorted(each.truth, key=_place)),
                each.why, each.half, "yes" if each.graded else "no", "yes" if each.draws else "no",
            )
            for each in found
        ],
    )  # fmt: skip
    changes = _table(("name", "what is done"), [(f"`{name}`", harmless_named(name).description) for name in HARMLESS])
    return (
        f"{_HEAD}\n## Faults\n\n{len(found)} kinds: {tuning} for tuning, {frozen} frozen and {balanced} balanced.\n\n"
        f"{faults}\n## Harmless changes\n\nWhatever is named after one of these is a false alarm.\n\n{changes}"
    )


def _place(fault: Fault) -> int:
    """Along the flow."""
    return get_args(Fault).index(fault)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    print(document(), end="")
