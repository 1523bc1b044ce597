"""report.html: one file, made from report.json alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.report.document import from_document
from angiogram.report.schema import validate
from angiogram.report.sealed import sealed

LARGEST = 5_000_000  # bytes
MOST_ROWS = 200  # of lists that grow with the number of cases; the whole list is in report.json


def render(report: Mapping[str, Any]) -> str:
    """The page of one report.json document.

    Examples are left out from the end, and the page says so, where their pictures would make it larger than 5 MB.

    Raises:
        InputError: `report` is not a valid report.
    """
    validate(report)
    diagnosis = from_document(report)
    total = len(diagnosis.examples)
    page = _fill(diagnosis, total)
    while len(page.encode("utf-8", "replace")) > LARGEST and diagnosis.examples:
        diagnosis = replace(diagnosis, examples=diagnosis.examples[: len(diagnosis.examples) // 2])
        page = _fill(diagnosis, total)
    return page


def _fill(diagnosis: Diagnosis, examples: int) -> str:
    return sealed("page.html.j2", report=diagnosis, examples=examples, most=MOST_ROWS)
