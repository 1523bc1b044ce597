"""mend.html: one file, made from mend.json alone."""

from collections.abc import Mapping
from typing import Any, cast

from angiogram.mend.result import Mending
from angiogram.plain import built
from angiogram.report.mending.words import asked_for, left_out, not_checked
from angiogram.report.published import MENDING
from angiogram.report.schema import validate
from angiogram.report.sealed import sealed


def render(document: Mapping[str, Any]) -> str:
    """The page of one mend.json document.

    Raises:
        InputError: `document` is not a valid mend.
    """
    validate(document, "mend.json", MENDING)
    mending = cast(Mending, built(Mending, document))
    comparison = mending.comparison
    runs = [comparison.baseline, *(contrast.run for contrast in comparison.contrasts)]
    return sealed(
        "mend.html.j2",
        mending=mending,
        comparison=comparison,
        runs=runs,
        next_step=asked_for(mending),
        not_checked=not_checked(mending),
        left_out=left_out(mending),
    )
