"""compare.html: one file, made from compare.json alone."""

from collections.abc import Mapping
from typing import Any

from angiogram.report.document import comparison_from_document
from angiogram.report.published import COMPARISON
from angiogram.report.schema import validate
from angiogram.report.sealed import sealed


def render(document: Mapping[str, Any]) -> str:
    """The page of one compare.json document.

    Raises:
        InputError: `document` is not a valid comparison.
    """
    validate(document, "compare.json", COMPARISON)
    comparison = comparison_from_document(document)
    runs = [comparison.baseline, *(contrast.run for contrast in comparison.contrasts)]
    return sealed("compare.html.j2", comparison=comparison, runs=runs)
