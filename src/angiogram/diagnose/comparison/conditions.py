"""In what two runs differ besides their results: prompts, preprocessing, probe, reference, training cases, versions."""

from angiogram.diagnose.comparison.comparison import Condition
from angiogram.diagnose.comparison.finished import Finished

SUBJECT = frozenset({"model", "model class"})
"""What a comparison may be about: it stands in no warning."""


def differing_conditions(baseline: Finished, other: Finished) -> tuple[Condition, ...]:
    """Every fact of the provenance and every setting whose value is not the same, the facts first."""
    mine, theirs = _all(baseline), _all(other)
    names = dict.fromkeys((*mine, *theirs))
    return tuple(
        Condition(name, mine.get(name, ""), theirs.get(name, ""))
        for name in names
        if mine.get(name) != theirs.get(name)
    )


def _all(run: Finished) -> dict[str, str]:
    facts = {fact.name: fact.value for fact in run.diagnosis.provenance}
    return {**facts, **{name: value for name, value in run.config.items() if name not in facts}}
