"""Groups that a set names, joined where the headers of its DICOM files name one patient."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


class Groups(NamedTuple):
    """The group of each case.

    Attributes:
        names: None for a case of which neither folder, name nor header says whose it is.
        said: what a reader must know of the patients in the headers, one sentence each.
    """

    names: list[str | None]
    said: tuple[str, ...]


def with_patients(groups: Sequence[str | None], patients: Sequence[str | None]) -> Groups:
    """Join groups that share a patient.

    A joined group has the name of its first case's. One id for all, which files get when they are made anonymous, tells
    no patients apart, and joins nothing.

    Args:
        groups: of each case by its folder, name or column; None where these say nothing.
        patients: of each case by its DICOM header, under names that say nothing; None where there is none.

    >>> with_patients(["p0", "p1", "p2", None], ["x", "x", "y", "y"]).names
    ['p0', 'p0', 'p2', 'p2']
    >>> with_patients([None, None], ["x", "x"]).names
    [None, None]
    """
    named = [patient for patient in patients if patient is not None]
    if len(set(named)) == 1 and len(named) > 1 and 2 * len(named) > len(patients):
        whose = f"The headers of the DICOM files name one and the same patient in all {len(named)} cases that name any"
        anonymous = "as in files that were made anonymous: that tells no patients apart, and is not used."
        return Groups(list(groups), (f"{whose}, {anonymous}",))
    component = _components(groups, patients)
    first: dict[int, str] = {}
    for owners in (groups, patients):
        for number, owner in zip(component, owners, strict=True):
            if owner is not None:
                first.setdefault(number, owner)
    names = [first.get(number) for number in component]
    return Groups(names, _said(groups, patients, names))


def _components(groups: Sequence[str | None], patients: Sequence[str | None]) -> list[int]:
    """A number for each case, the same for those that a group or a patient joins."""
    nodes: dict[tuple[str, str], int] = {}
    cases: list[int] = []
    owners: list[int] = []
    for kind, names in (("group", groups), ("patient", patients)):
        for case, name in enumerate(names):
            if name is not None:
                cases.append(case)
                owners.append(len(groups) + nodes.setdefault((kind, name), len(nodes)))
    size = len(groups) + len(nodes)
    links = coo_array((np.ones(len(cases), np.int8), (cases, owners)), shape=(size, size))
    return connected_components(links, directed=False)[1][: len(groups)].tolist()


def _said(groups: Sequence[str | None], patients: Sequence[str | None], names: Sequence[str | None]) -> tuple[str, ...]:
    before = {group for group in groups if group is not None}
    after = {name for name, group in zip(names, groups, strict=True) if group is not None}
    said: list[str] = []
    if len(after) < len(before):
        said.append(
            "The headers of the DICOM files name one patient in several of these groups, which are joined: "
            f"{len(before)} become {len(after)}."
        )
    pairs = {pair for pair in zip(groups, patients, strict=True) if None not in pair}
    mixed = len(pairs) - len({group for group, _ in pairs})
    if mixed:
        said.append("Some of these groups hold several patients by the headers of the DICOM files; each stays whole.")
    return tuple(said)
