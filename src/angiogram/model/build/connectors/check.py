"""Refuse a connector that cannot be made, before anything of it is."""

from collections.abc import Mapping
from typing import Any

from angiogram.errors import InputError, unknown
from angiogram.model.build.connectors.blocks import check_block
from angiogram.model.build.connectors.connector import PROJECTORS, REDUCERS, half_of, settings_of
from angiogram.model.build.connectors.router import check_routing
from angiogram.ranges import whole_number

HALVES = {
    "reduce": ("reducer", REDUCERS, ("width",)),
    "project": ("projector", PROJECTORS, ("width_in", "width_out", "tasks")),
}
"""Of each half: what it is called, by which names, and which settings are known anyway."""


def check_connector(connector: Any, tasks: int) -> None:
    """See that a connector is one, as far as its sizes alone tell; whether heads divide the width is seen later.

    Args:
        connector: `reduce` and `project`, each with its name and settings.
        tasks: how many its router tells apart.

    Raises:
        InputError: names the first value with which it cannot be made.

    >>> check_connector({"reduce": {"name": "joint"}, "project": {"name": "mlp"}}, 1)
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no reducer 'joint'; ...; did you mean 'join'?
    """
    if not isinstance(connector, Mapping):
        raise InputError(f"A connector is a table of {' and '.join(HALVES)}, not {connector!r}.")
    halves: Mapping[str, Any] = connector
    for key in halves:
        if key not in HALVES:
            raise unknown("key of a connector", str(key), HALVES)
    for half, (kind, registry, known) in HALVES.items():
        if half not in halves:
            raise InputError(f"The connector lacks '{half}', a {kind} by its name: {', '.join(registry)}.")
        cls, own = half_of(kind, registry, halves[half], known)
        plain = settings_of(cls)
        for key, value in own.items():
            if value is not None or plain[key] is not None:
                _check_setting(key, value, f"{key} of the {kind} '{halves[half]['name']}'")
        whole = plain | own
        if "routing" in whole:
            check_routing(whole["experts"], tasks, whole["routing"], whole["sees"])


def _check_setting(key: str, value: Any, called: str) -> None:
    if key == "block":
        check_block(value)
    elif key not in ("routing", "sees"):
        whole_number(called, value, 1)
