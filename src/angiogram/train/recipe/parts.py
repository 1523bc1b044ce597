"""Refuse parts that cannot be put together, as far as it can be told without their weights."""

from collections.abc import Mapping, Sequence
from typing import Any

from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError, unknown
from angiogram.model.build.assembly import Assembly
from angiogram.model.build.configuration import AngiogramConfig, check_tokens
from angiogram.model.build.connectors.check import check_connector
from angiogram.model.build.connectors.connector import settings_of
from angiogram.model.build.connectors.experts import Experts
from angiogram.model.build.fresh import fresh_vit
from angiogram.ranges import whole_number

ANY = "any"  # the task of a connector that tells none apart


def check_parts(parts: Assembly) -> None:
    """See that parts can be put together; of a fresh encoder all of it, of a named one what needs no look at it.

    Raises:
        InputError: names the first value with which they cannot.

    >>> check_parts(Assembly("a/clip", "a/llm", vision_tokens="patchs"))
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no choice of the encoder's tokens ... 'patchs'; ...; did you mean 'patches'?
    """
    _check_named(parts.vision, parts.text)
    for name in ("image_size", "slices"):
        if getattr(parts, name) is not None:
            whole_number(f"{name} of the parts", getattr(parts, name), 1)
    if parts.vision_layer is not None and (type(parts.vision_layer) is not int or not parts.vision_layer):
        raise InputError(
            f"vision_layer of the parts is {parts.vision_layer!r}; it must be the number of a block, from 1, or from "
            "the end as -2."
        )
    check_tokens(parts.vision_tokens)
    _check_tasks(parts.tasks)
    check_connector(parts.connector, len(parts.tasks))
    _check_experts_from(parts)
    if isinstance(parts.vision, Mapping):
        _check_fresh(parts, parts.vision)


def _check_named(vision: Any, text: Any) -> None:
    if not isinstance(vision, str | Mapping) or not vision:
        raise InputError(f"vision of the parts is a name, or the sizes of a fresh encoder, not {vision!r}.")
    if not isinstance(text, str) or not text:
        raise InputError(f"text of the parts is the name of an LLM, not {text!r}.")


def _check_tasks(tasks: Any) -> None:
    names = _names("tasks", tasks)
    if not names:
        raise InputError("tasks of the parts are empty; name those that a router tells apart, or leave them out.")
    for task in names:
        if task not in TASKS and names != [ANY]:
            raise unknown("task", task, TASKS)
        if names.count(task) > 1:
            raise InputError(f"tasks of the parts name '{task}' twice.")


def _check_experts_from(parts: Assembly) -> None:
    started = _names("experts_from", parts.experts_from)
    project = parts.connector["project"]
    if not started:
        return
    if project["name"] != "experts":
        raise InputError("Only a connector of experts starts from trained connectors; this one has none.")
    experts = project.get("experts", settings_of(Experts)["experts"])
    if len(started) > experts:
        raise InputError(f"{len(started)} trained connectors do not fit {experts} experts.")


def _names(key: str, given: Any) -> list[str]:
    each: list[Any] = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else [None]
    if not all(isinstance(name, str) for name in each):
        raise InputError(f"{key} of the parts are a list of names, not {given!r}.")
    return each


def _check_fresh(parts: Assembly, sizes: Mapping[str, Any]) -> None:
    """All that holds of the whole but the LLM: blocks, heads and the grid of tokens."""
    vit = fresh_vit(sizes)
    size, slices = parts.image_size or vit.image_size, parts.slices or vit.slices
    whole = AngiogramConfig(
        vit, None, size, slices, parts.vision_layer, parts.vision_tokens, parts.connector, parts.tasks
    )
    _ = whole.image_tokens  # which lays the tokens through a connector without weights
