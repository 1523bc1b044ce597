"""A leakage audit on the terminal."""

from rich.console import Console
from rich.table import Table

from angiogram.data.audit.audit import Audit
from angiogram.data.audit.listing import listed, sentences
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits

_FINDINGS = {"leak": "one is tested, the other teaches", "labels": "two labels", "joined": "one group"}


def print_audit(audit: Audit, examined: Examined, splits: Splits, most: int) -> None:
    """Print the counts, the findings in words and at most so many pairs, worst first."""
    cases, console = examined.cases, Console()
    exact = sum(twin.exact for twin in audit.leaks)
    table = Table(title=f"{cases.name}: {splits.described}")
    table.add_column("finding")
    table.add_column("count", justify="right")
    for name, count in (
        ("tested cases with an exact duplicate among those that teach", exact),
        ("tested cases with a near-duplicate among those that teach", len(audit.leaks) - exact),
        ("groups on both sides", len(audit.divided)),
        ("pairs of duplicates with two labels", len(audit.conflicts)),
        ("cases with a duplicate on their own side only", audit.within),
        ("groups that the set names", audit.grouping.named),
        ("groups with duplicates joined", audit.grouping.groups),
        ("images that cannot be read", len(examined.quarantined)),
    ):
        table.add_row(name, str(count))
    console.print(table)
    if audit.clean:
        console.print("- Nothing is on both sides, and no picture has two labels.", highlight=False)
    for sentence in (*sentences(audit), *([splits.reason] if splits.reason else [])):
        console.print(f"- {sentence}", markup=False, highlight=False, soft_wrap=True)
    pairs = listed(audit, cases)
    for pair in pairs[:most]:
        amount = "equal pixels" if pair.match == "exact" else f"correlation {pair.correlation:.3f}"
        print(f"{_FINDINGS[pair.finding]}, {amount}")
        for name, image, label in (
            (pair.case, pair.image, pair.label),
            (pair.other, pair.other_image, pair.other_label),
        ):
            print(f"  {name}: {label}" + (f" ({image})" if image != name else ""))
    if len(pairs) > most:
        print(f"{most} of {len(pairs)} pairs are shown; --out writes them all.")
