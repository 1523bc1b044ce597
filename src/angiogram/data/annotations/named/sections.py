"""Findings and impression of a report that is one text with headings in capitals."""

import re
from typing import NamedTuple

_HEADING = re.compile(r"^[ \t]*([A-Z][A-Z ()/,&-]*[A-Z)])[ \t]*:", re.MULTILINE)
_FINDINGS = {"FINDINGS", "FINDING", "FINDINGS AND IMPRESSION", "FINDINGS/IMPRESSION"}
_IMPRESSION = {"IMPRESSION", "IMPRESSIONS", "CONCLUSION", "CONCLUSIONS"}


class Sections(NamedTuple):
    """What stands under the two headings that matter; None where a report has none or nothing stands there."""

    findings: str | None
    impression: str | None


def sections(report: str) -> Sections:
    """The two sections, line breaks and runs of blanks as one blank.

    A section ends where the next line begins with words in capitals and a colon. Of two sections of one name, as where
    a wet reading stands above the final one, the last counts.

    >>> sections("FINDINGS: The lungs\\n are clear.\\n\\nIMPRESSION:\\n 1. Normal.\\n\\nNOTIFICATION: By phone.")
    Sections(findings='The lungs are clear.', impression='1. Normal.')
    >>> sections("CHEST, TWO VIEWS.  The lungs are clear.")
    Sections(findings=None, impression=None)
    """
    headings = list(_HEADING.finditer(report))
    ends = [heading.start() for heading in headings[1:]] + [len(report)]
    found: dict[str, str] = {}
    for heading, end in zip(headings, ends, strict=False):
        name = " ".join(heading[1].split())
        text = " ".join(report[heading.end() : end].split())
        kind = "findings" if name in _FINDINGS else "impression" if name in _IMPRESSION else ""
        if kind and text:
            found[kind] = text
    return Sections(found.get("findings"), found.get("impression"))
