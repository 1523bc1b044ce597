"""An audit in names instead of indices: what is printed, written and shown."""

from collections.abc import Sequence

from angiogram.data.audit.audit import Audit
from angiogram.data.audit.closest import Twin
from angiogram.data.audit.pair import Finding, ListedPair
from angiogram.data.cases import Cases

NAMED = 5  # groups that a sentence names


def listed(audit: Audit, cases: Cases) -> tuple[ListedPair, ...]:
    """All pairs of the audit: leaks, then pairs with two labels, then those that joined groups, each worst first."""

    def row(finding: Finding, twin: Twin) -> ListedPair:
        one, other = cases.rows[twin.case], cases.rows[twin.other]
        return ListedPair(
            finding, "exact" if twin.exact else "near", round(twin.correlation, 4),
            one.id, one.path, one.label, other.id, other.path, other.label,
        )  # fmt: skip

    leaks = [row("leak", twin) for twin in audit.leaks]
    labels = [row("labels", twin) for twin in audit.conflicts]
    return (*leaks, *labels, *(row("joined", twin) for twin in audit.joined))


def sentences(audit: Audit) -> tuple[str, ...]:
    """The audit in words: what stands on both sides, two labels, and copies on one side; one sentence each.

    >>> from angiogram.data.audit.audit import Audit
    >>> sentences(Audit(20, (Twin(3, 9, True, 1.0),), (), (), (), 0))
    ('1 of the 20 tested cases has a duplicate among the cases that teach: 1 exact, 0 near.',)
    """
    found: list[str] = []
    if audit.leaks:
        exact = sum(twin.exact for twin in audit.leaks)
        have = "has" if len(audit.leaks) == 1 else "have"
        found.append(
            f"{len(audit.leaks)} of the {audit.judged} tested cases {have} a duplicate among the cases that teach: "
            f"{exact} exact, {len(audit.leaks) - exact} near."
        )
    if audit.divided:
        stand = _number(len(audit.divided), "group stands", "groups stand")
        tested = _number(len(audit.divided_cases), "tested case", "tested cases")
        found.append(f"{stand} on both sides of the split, with {tested}: {_some(audit.divided)}.")
    if audit.linked:
        more = _number(len(audit.linked), "tested case belongs", "tested cases belong")
        found.append(f"{more} to these through others of the group or through further duplicates.")
    if audit.conflicts:
        found.append(
            f"{_number(len(audit.conflicts), 'pair of duplicates has', 'pairs of duplicates have')} two labels."
        )
    if audit.within:
        have = _number(audit.within, "case has", "cases have")
        found.append(f"{have} a duplicate on the same side only, which is no leak.")
    counted = audit.grouping
    if counted.groups < counted.named:
        found.append(
            f"Duplicates are one group: they joined {counted.named} groups to {counted.groups}, the largest of "
            f"{counted.largest} cases."
        )
    return tuple(found)


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
