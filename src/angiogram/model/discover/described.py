"""What a user says about a model's parts, in a few lines of YAML; any subset of them.

encoder_blocks: eyes.stages        # the list that holds the blocks, or several lists whose blocks follow one another
connector: bridge
llm_blocks: mind.units
layout: proportional
"""

from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import yaml
from torch import nn

from angiogram.errors import InputError, unknown
from angiogram.files import atomic_file
from angiogram.model.anatomy import Anatomy
from angiogram.model.layouts.layout import layout_named

LISTS = ("encoder_blocks", "llm_blocks", "deepstack")
MODULES = ("encoder", "connector", "received", "llm", "llm_norm")


@dataclass(frozen=True)
class Described:
    """Parts as in `Anatomy`, where the user names them; None where not.

    `encoder_blocks`, `llm_blocks` and `deepstack` are the paths of the modules themselves, not of their lists.
    `image_token_id` is the id of the prompt's image tokens, for models whose configuration does not say it.
    """

    encoder: str | None = None
    encoder_blocks: tuple[str, ...] | None = None
    used_blocks: int | None = None
    connector: str | None = None
    received: str | None = None
    deepstack: tuple[str, ...] | None = None
    llm: str | None = None
    llm_blocks: tuple[str, ...] | None = None
    llm_norm: str | None = None
    layout: str | None = None
    carried: tuple[str, ...] | None = None
    image_tokens: bool | None = None
    image_token_id: int | None = None

    def parts(self) -> dict[str, Any]:
        """The fields of `Anatomy` that are said."""
        said = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "image_token_id"}
        return {name: value for name, value in said.items() if value is not None}


def read_described(file: Path, model: nn.Module) -> Described:
    """What the file says of this model.

    Raises:
        InputError: the file cannot be read or holds an unknown key, a module that the model does not have, or a value
            of another kind; the message names the nearest right one.
    """
    try:
        said: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The anatomy file '{file}' cannot be read.") from error
    except yaml.YAMLError as error:
        raise InputError(f"The anatomy file '{file}' is no YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(said, dict) or not said:
        raise InputError(f"The anatomy file '{file}' says nothing; it needs lines such as 'connector: model.proj'.")
    given = cast(dict[Any, Any], said)
    keys = [field.name for field in fields(Described)]
    for key in given:
        if key not in keys:
            raise unknown("part of an anatomy", str(key), keys)
    return Described(**{key: _value(key, value, file, model) for key, value in given.items()})


def write_described(anatomy: Anatomy, model: Any, file: Path) -> None:
    """Write the anatomy so that `read_described` gives it back.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    said: dict[str, Any] = {key: value for key, value in asdict(anatomy).items() if key != "family"}
    for part in LISTS:
        said[part] = _lists(model, said[part])
    said["carried"] = list(anatomy.carried)
    if anatomy.image_tokens:
        said["image_token_id"] = model.config.image_token_id
    kept = {key: value for key, value in said.items() if value not in ("", [])}
    with atomic_file(file) as path:
        path.write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")


def _value(key: str, value: Any, file: Path, model: nn.Module) -> Any:
    if key in LISTS:
        if not value and key != "deepstack":
            raise InputError(f"In '{file}', '{key}' names no blocks; name their list, or leave the line out.")
        return tuple(block for path in _paths(key, value, file) for block in _children(model, _module(model, path)))
    if key == "carried":
        return tuple(_paths(key, value, file))
    if key in MODULES:
        return _module(model, _of_kind(key, value, str, "the path of a module", file))
    if key == "layout":
        layout_named(_of_kind(key, value, str, "a name", file))
        return value
    if key == "image_tokens":
        return _of_kind(key, value, bool, "true or false", file)
    number = _of_kind(key, value, int, "a number", file)
    if isinstance(number, bool) or number < (1 if key == "used_blocks" else 0):
        raise InputError(f"In '{file}', '{key}' must be a positive number, not {value!r}.")
    return number


def _of_kind(key: str, value: Any, kind: type, wanted: str, file: Path) -> Any:
    if not isinstance(value, kind):
        raise InputError(f"In '{file}', '{key}' must be {wanted}, not {value!r}.")
    return value


def _paths(key: str, value: Any, file: Path) -> list[str]:
    listed: Any = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(path, str) for path in cast(list[Any], listed)):
        raise InputError(f"In '{file}', '{key}' must be one path or a list of paths, not {value!r}.")
    return cast(list[str], listed)


def _module(model: nn.Module, path: str) -> str:
    paths = [name for name, _ in model.named_modules() if name]
    if path not in paths:
        nearest = get_close_matches(path, paths, n=1)
        hint = f"; did you mean '{nearest[0]}'?" if nearest else "; print(model) lists its modules."
        raise InputError(f"The model has no module '{path}'{hint}")
    return path


def _children(model: nn.Module, path: str) -> list[str]:
    """The blocks in a list; the module itself where its children are no list."""
    names = [name for name, _ in model.get_submodule(path).named_children()]
    listed = isinstance(model.get_submodule(path), (nn.ModuleList, nn.Sequential)) or all(n.isdigit() for n in names)
    return [f"{path}.{name}" for name in names] if names and listed else [path]


def _lists(model: nn.Module, blocks: tuple[str, ...]) -> list[str]:
    """The lists that hold exactly these blocks; the blocks themselves where none do."""
    parents = list(dict.fromkeys(block.rpartition(".")[0] for block in blocks))
    whole = tuple(block for parent in parents for block in (_children(model, parent) if parent else ()))
    return parents if whole == blocks else list(blocks)
