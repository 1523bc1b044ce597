"""The keywords of a diagnosis, as every function takes them that diagnoses."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from angiogram.api.subject import Asked
from angiogram.data.cases import Cases
from angiogram.data.shown import Pictures
from angiogram.diagnose.settings import Climbed, Settings
from angiogram.errors import InputError

if TYPE_CHECKING:
    from angiogram.model.load import LoadedModel


class Choices(TypedDict, total=False):
    """Every keyword of `diagnose`, which says what each means, save `cache` and `progress`."""

    reference: str | float
    reference_source: str | None
    train_cases: int | None
    test_cases: int | None
    folds: int
    question: str | None
    margin: float
    probe: str
    permutations: int
    resamples: int
    batch_size: int | None
    orders: int
    ladder: Climbed
    remedies: bool
    other_questions: Sequence[str]
    causal: int
    seed: int
    pictures: Pictures


def asked_with(
    model: "str | Path | LoadedModel", cases: str | Path | Cases, **choices: Unpack[Choices]
) -> tuple[Asked, Settings]:
    """What is diagnosed and how; what is not chosen is as `Asked` and `Settings` have it.

    Raises:
        InputError: a setting that cannot be computed with, or something that is no model or no cases.
        TypeError: a keyword that is none.
    """
    if unexpected := sorted(choices.keys() - Choices.__annotations__.keys()):
        raise TypeError(f"a diagnosis got an unexpected keyword argument '{unexpected[0]}'")
    for name in ("folds", "train_cases", "test_cases"):
        value = choices.get(name)
        if value is not None and not isinstance(value, Integral):
            raise InputError(f"The setting '{name}' must be a whole number, not {value}.")
    given: dict[str, Any] = {**choices}
    for name, kind in (("reference", str), ("other_questions", tuple)):
        if name in given:
            given[name] = kind(given[name])
    settings = Settings(**_of(Settings, given))
    for what, value, attribute in (("model", model, "anatomy"), ("cases", cases, "rows")):
        if not isinstance(value, str | Path) and not hasattr(value, attribute):
            raise InputError(f"'{value}' is no name, path or opened {what}, but of type {type(value).__name__}.")
    model = str(model) if isinstance(model, Path) else model
    cases = str(cases) if isinstance(cases, Path) else cases
    return Asked(model, cases, **_of(Asked, given)), settings


def _of(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are fields of this dataclass; the seed is one of both."""
    return {field.name: given[field.name] for field in fields(kind) if field.name in given}
