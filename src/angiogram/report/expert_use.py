"""The mixture of experts on the terminal: its routing, which task uses which expert, and how alike the experts are."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from angiogram.report.terminal import clean
from angiogram.statistics.interval import Interval
from angiogram.train.conflict.result import ExpertUse


def said(interval: Interval) -> str:
    """A number with its interval.

    >>> said(Interval(0.5, 0.4, 0.625))
    '0.50 (0.40 to 0.62)'
    """
    return f"{interval.value:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def expert_tables(found: ExpertUse, tasks: Iterable[str]) -> RenderableType:
    """Routing, use by task and likeness, one under the other."""
    numbers = range(len(found.alike_in_weights))
    use = _table("mean weight of each expert", "task", numbers)
    for task, row in zip(tasks, found.use, strict=True):
        use.add_row(task, *map(said, row))
    alike = _table("cosine of two experts' outputs / parameters", "expert", numbers)
    for i in numbers:
        row = zip(found.alike_in_output[i], found.alike_in_weights[i], strict=True)
        alike.add_row(str(i), *(f"{output.value:.2f} / {weights:.2f}" for output, weights in row))
    entropy = (
        f"entropy of a token's weights {said(found.entropy)}, of their mean {said(found.entropy_of_mean)}: "
        "1 all experts alike, 0 one alone"
    )
    return Group(clean(f"{found.name}: {found.routing} routing", "bold"), Text(entropy), use, alike)


def _table(title: str, first: str, numbers: Iterable[int]) -> Table:
    table = Table(title=title, box=None, padding=(0, 2, 0, 0))
    table.add_column(first, no_wrap=True)
    for number in numbers:
        table.add_column(str(number), justify="right")
    return table
