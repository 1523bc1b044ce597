"""Cases of a labelled image set, with the very question that a diagnosis asks."""

from collections.abc import Sequence

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.cases import Case, Cases
from angiogram.errors import InputError
from angiogram.train.draws.table import Entries


def entries_of(cases: Cases) -> Entries:
    """An entry for each case of the set's own training part.

    Raises:
        InputError: the set has no split, so that nothing would be left to judge on.
    """
    if not cases.has_split:
        raise InputError(
            f"'{cases.name}' has no split of its own: what is trained on all of it cannot be judged on any of it; give "
            "it a column or folders that say train and test."
        )
    return entries_among(cases, [case for case in cases.rows if case.split == "train"])


def entries_among(cases: Cases, rows: Sequence[Case]) -> Entries:
    """An entry for each of these cases of a set."""
    of_path = {case.path: case for case in rows}
    question = cases.ask()
    entries = [
        Entry(case.id, case.path, "multi_class", question, case.label, cases.name, Answer(label=case.label), case.group)
        for case in rows
    ]
    return Entries(entries, lambda path: cases.read(of_path[path]))
