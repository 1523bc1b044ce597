"""A diagnosis or a comparison as the content of its JSON file, and back."""

from collections.abc import Mapping
from typing import Any, cast

from angiogram.compare.comparison import Comparison
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.plain import built, plain
from angiogram.report.published import COMPARISON, REPORT


def to_document(result: Diagnosis | Comparison) -> dict[str, Any]:
    """The content of report.json or compare.json: `format`, `schema`, then every field of the result."""
    published = REPORT if isinstance(result, Diagnosis) else COMPARISON
    return {"format": published.version, "schema": published.identifier, **plain(result)}


def from_document(document: Mapping[str, Any]) -> Diagnosis:
    """The diagnosis that a valid document holds; `angiogram.report.schema.validate` says whether it is one."""
    return cast(Diagnosis, built(Diagnosis, document))


def comparison_from_document(document: Mapping[str, Any]) -> Comparison:
    """The comparison that a valid document holds."""
    return cast(Comparison, built(Comparison, document))
