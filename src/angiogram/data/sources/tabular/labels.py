"""The label of each row of a table, and the question that goes with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from angiogram.data.missing import is_missing
from angiogram.data.nuisance import MOST_NUMBERS
from angiogram.data.sources import findings
from angiogram.data.sources.findings import Findings
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.data.sources.tabular.columns import Columns
from angiogram.data.sources.tabular.contents import Contents
from angiogram.errors import InputError
from angiogram.imaging.printable import printable


@dataclass(frozen=True)
class Labels:
    """What each row is labelled with.

    Attributes:
        values: of each row; "" where it has none.
        classes: their names, in order.
        question: what a model is asked of them.
        said: where they come from, a sentence each.
        columns: that they were taken from, that of the question among them.
    """

    values: tuple[str, ...]
    classes: tuple[str, ...]
    question: str
    said: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """Numbers of the rows that have a label."""
        return tuple(i for i, value in enumerate(self.values) if value)


def findings_of(contents: Contents, roles: Columns) -> Findings | None:
    """The findings of a table in which an image may show several; None where each has one label.

    Raises:
        InputError: one of several label columns holds something else than present and absent.
    """
    columns = {name: contents.columns[name] for name in roles.label}
    if len(columns) > 1 or all(map(findings.is_unsure, columns.values())):
        return findings.in_columns(columns)
    return findings.in_one_column(next(iter(columns.values())))


def labels_of(contents: Contents, roles: Columns, finding: str | None, path: Path) -> Labels:
    """The labels of a table's rows, one finding against the rest where an image may show several.

    Raises:
        InputError: the classes are one only or another for each row, or a finding is not named that must be, or is that
            must not.
    """
    found, where = findings_of(contents, roles), f"'{printable(path)}'"
    columns = " and ".join(f"'{name}'" for name in roles.label)
    if found is not None:
        values = found.of(finding, where)
        name = finding or found.names[0]
        question = findings.question(name)
        several = (
            f"Of {len(found.names)} findings in {columns} this" if len(found.names) > 1 else f"The column {columns}"
        )
        said = f"{several} is '{name}', against all else."
    elif finding is not None:
        raise InputError(f"The column {columns} of {where} holds one label an image; a finding names one of several.")
    else:
        written = contents.columns[roles.label[0]]
        spelt, joined = _in_one_spelling(["" if is_missing(value) else value for value in written])
        values, question = tuple(spelt), DEFAULT_QUESTION
        said = f"Labels are its column {columns}{joined}."
    kept = [value for value in values if value]
    classes = _classes(path, columns, kept)
    sentences = [said]
    if len(kept) < len(values):
        sentences.append(f"{len(values) - len(kept)} of {len(values)} rows have no class and are left out.")
    asked, told = _question(contents, [i for i, value in enumerate(values) if value], roles.question)
    used = (*roles.label, *([roles.question] if asked and roles.question else []))
    return Labels(values, classes, asked or question, (*sentences, *told), used)


def _in_one_spelling(labels: Sequence[str]) -> tuple[list[str], str]:
    """Labels that differ in capitals only as one, in the spelling that is most frequent; and what is said of it."""
    spellings: dict[str, Counter[str]] = {}
    for label in labels:
        spellings.setdefault(label.casefold(), Counter())[label] += 1
    of = {plain: counts.most_common(1)[0][0] for plain, counts in spellings.items()}
    several = [" and ".join(f"'{each}'" for each in sorted(counts)) for counts in spellings.values() if len(counts) > 1]
    said = f"; {', '.join(several)} are one class" if several else ""
    return [of[label.casefold()] for label in labels], said


def _question(contents: Contents, kept: Sequence[int], column: str | None) -> tuple[str, list[str]]:
    """The table's own question, "" where it has none, or more than one."""
    if column is None:
        return "", []
    questions = {contents.columns[column][i] for i in kept}
    if len(questions) == 1 and (only := questions.pop()):
        return only, [f"The question is the column '{column}': {only}"]
    return "", [
        f"The column '{column}' holds {len(questions)} questions; all images are asked one, which --question changes."
    ]


def _classes(path: Path, column: str, labels: Sequence[str]) -> tuple[str, ...]:
    counts = Counter(labels)
    if len(counts) < 2:
        holds = f"holds only the class '{labels[0]}'" if labels else "is empty"
        raise InputError(
            f"The column {column} of '{path}' {holds}; a classification needs at least two. Name another with "
            "--label-column."
        )
    if len(counts) > MOST_NUMBERS and not all(map(_is_name, counts)):
        raise InputError(
            f"The column {column} of '{path}' holds {len(counts)} measured numbers, such as {labels[0]}; cut them into "
            "classes, or name another column with --label-column."
        )
    if max(counts.values()) == 1:
        raise InputError(
            f"The column {column} of '{path}' has another value in each of its {len(labels)} rows, and no class has "
            "two cases; name the column of the class with --label-column."
        )
    return tuple(sorted(counts))


def _is_name(label: str) -> bool:
    """Whether a label is anything but a number with decimals."""
    try:
        return float(label).is_integer()
    except ValueError:
        return True
