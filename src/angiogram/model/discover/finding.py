"""What was found of a part, how sure that is, and why."""

from dataclasses import dataclass
from typing import Literal

Certainty = Literal["certain", "likely", "unsure", "given"]
CERTAINTIES: tuple[Certainty, ...] = ("given", "certain", "likely", "unsure")  # from the surest


@dataclass(frozen=True)
class Finding:
    """One part of the anatomy.

    Attributes:
        part: its name in `Anatomy`.
        found: module paths, or another value in words.
        certainty: "certain" where the flow of data proves it, "likely" where only structure speaks for it, "unsure"
            where it is a guess; "given" where a family file or the user says it.
        evidence: what was seen, in words.
    """

    part: str
    found: tuple[str, ...]
    certainty: Certainty
    evidence: str


def weakest(findings: tuple[Finding, ...]) -> Finding:
    """The finding that is least sure; the first of several."""
    return max(findings, key=lambda finding: CERTAINTIES.index(finding.certainty))
