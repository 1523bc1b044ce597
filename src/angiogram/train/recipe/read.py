"""From a YAML file to a recipe that can be run, or one sentence that says what is wrong with it."""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import yaml

from angiogram.errors import InputError, reason_of, unknown
from angiogram.model.build.assembly import Assembly
from angiogram.train.recipe.check import check_recipe
from angiogram.train.recipe.settings import PARTS, Blend, PartTraining, Recipe, Stage

SUFFIX = ".yaml"


def read_recipe(name_or_path: str) -> Recipe:
    """The recipe of a YAML file, or one that ships with Angiogram, such as "demo".

    Raises:
        InputError: no such recipe, not YAML, an unknown key, a missing one or a value that cannot be trained with.
    """
    shipped = files("angiogram.train") / "recipes"
    names = [entry.name.removesuffix(SUFFIX) for entry in shipped.iterdir() if entry.name.endswith(SUFFIX)]
    if name_or_path not in names and not Path(name_or_path).is_file():
        raise unknown("recipe", name_or_path, names)
    try:
        source = shipped / f"{name_or_path}{SUFFIX}" if name_or_path in names else Path(name_or_path)
        recipe = _recipe(yaml.safe_load(source.read_text(encoding="utf-8")))
    except (yaml.YAMLError, OSError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise InputError(f"The recipe '{name_or_path}' cannot be read: {reason_of(error)}.") from error
    check_recipe(recipe)
    return recipe


def _recipe(given: Any) -> Recipe:
    settings = _settings("a recipe", given, Recipe)
    settings["stages"] = tuple(_stage(stage) for stage in settings["stages"])
    if (parts := settings.get("parts")) is not None:
        settings["parts"] = Assembly(**_settings("the parts of a recipe", parts, Assembly))
    return Recipe(**settings)


def _stage(given: Any) -> Stage:
    settings = _settings("a stage", given, Stage)
    parts = _table("the parts of a stage", settings["parts"])
    for part in parts:
        if part not in PARTS:
            raise unknown("part", part, PARTS)
    settings["parts"] = {name: _part(name, part) for name, part in parts.items()}
    if "mixture" in settings:
        settings["mixture"] = Blend(**_settings("a mixture", settings["mixture"], Blend))
    if "prompts" in settings:
        if not isinstance(settings["prompts"], list):
            raise ValueError(f"the prompts of a stage are a list of texts, not {settings['prompts']!r}")
        settings["prompts"] = tuple(map(str, settings["prompts"]))
    return Stage(**settings)


def _part(name: str, given: Any) -> PartTraining:
    if isinstance(given, str):  # `encoder: frozen`
        given = {"train": given}
    settings = _settings(f"the part {name}", given, PartTraining)
    if settings.get("learning_rate") is not None:
        settings["learning_rate"] = float(settings["learning_rate"])  # YAML takes 1e-3 for a text
    return PartTraining(**settings)


def _settings(kind: str, given: Any, made: type) -> dict[str, Any]:
    settings = _table(kind, given)
    names = [entry.name for entry in fields(made)]
    for key in settings:
        if key not in names:
            raise unknown(f"key of {kind}", key, names)
    for entry in fields(made):
        if entry.default is MISSING and entry.default_factory is MISSING and entry.name not in settings:
            raise ValueError(f"'{entry.name}' is missing in {kind}")
    return settings


def _table(kind: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"{kind} is a table of keys and values, not {given!r}")
    keys = cast(Iterable[Any], given)
    return {str(key): cast(dict[Any, Any], given)[key] for key in keys}
