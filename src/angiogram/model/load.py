"""From a name to a model that is ready to run."""

from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForImageTextToText, AutoProcessor

import angiogram.model.build  # noqa: F401 # pyright: ignore[reportUnusedImport] - registers our models
from angiogram.cache import Progress
from angiogram.errors import InputError, unknown
from angiogram.files import sha256, sha256_of_text
from angiogram.model.anatomy import Anatomy, anatomy_of
from angiogram.model.build.base import embedded_base
from angiogram.model.parts import PARTS_FILE, apply_parts, read_origin

EMBEDDED = "embedded"
SHIPPED = ("demo", "demo-tuned")


@dataclass(frozen=True)
class LoadedModel:
    """A model in evaluation mode with what is needed to feed and to tap it.

    Attributes:
        name: as the user gave it.
        revision: identifies the exact weights; part of every fingerprint.
        trained_on: name of the image set its trained parts saw; None where nothing says it.
    """

    name: str
    model: Any
    processor: Any
    anatomy: Anatomy
    revision: str
    trained_on: str | None = None


def load_model(name: str, cache: Path, progress: Progress) -> LoadedModel:
    """Load `demo`, `demo-tuned`, `embedded` (the base with an untrained connector), a folder or a hub id.

    Raises:
        InputError: there is no such model, its family is unknown, or a file of it is damaged.
    """
    if name == EMBEDDED:
        return _from_hugging_face(name, str(embedded_base(cache, progress)))
    if name in SHIPPED:
        return _from_parts(name, Path(str(files("angiogram.model") / "weights" / name)), cache, progress)
    folder = _folder(name)
    if (folder / PARTS_FILE).is_file():
        return _from_parts(name, folder, cache, progress)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise InputError(f"The folder '{name}' holds no model: neither config.json nor {PARTS_FILE} is there.")
    if folder.is_dir():
        return _from_hugging_face(name, str(folder))
    if name.startswith((".", "/", "~")):
        raise InputError(f"There is no folder '{name}'.")
    if name.count("/") != 1:
        raise unknown("model", name, (*SHIPPED, EMBEDDED))
    return _from_hugging_face(name, name)


def random_twin(loaded: LoadedModel, seed: int) -> LoadedModel:
    """The same architecture with random weights: what its taps decode was not learnt."""
    torch.manual_seed(seed)
    model = AutoModelForImageTextToText.from_config(loaded.model.config).eval()
    architecture = sha256_of_text(loaded.model.config.to_json_string())
    return LoadedModel(
        name=f"{loaded.name} with random weights",
        model=model,
        processor=loaded.processor,
        anatomy=loaded.anatomy,
        revision=f"random-{seed}-{architecture[:16]}",
    )


def _folder(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:  # "~someone" whom this machine does not know
        return Path(name)


def _from_hugging_face(name: str, source: str) -> LoadedModel:
    try:
        model = AutoModelForImageTextToText.from_pretrained(
            source, use_safetensors=True, trust_remote_code=False
        ).eval()
        processor = AutoProcessor.from_pretrained(source, trust_remote_code=False)
    except (OSError, ValueError, SafetensorError, KeyError) as error:
        raise InputError(f"The model '{name}' cannot be loaded: {str(error).splitlines()[0]}") from error
    anatomy = anatomy_of(model)
    revision = getattr(model.config, "_commit_hash", None) or _revision(Path(source))
    return LoadedModel(name, model, processor, anatomy, revision)


def _from_parts(name: str, folder: Path, cache: Path, progress: Progress) -> LoadedModel:
    origin = read_origin(folder)
    if origin.base != EMBEDDED and (
        origin.base in SHIPPED or (Path(origin.base) / PARTS_FILE).is_file() or not Path(origin.base).is_dir()
    ):
        raise InputError(
            f"'{folder / PARTS_FILE}' names the base '{origin.base}'; it must be '{EMBEDDED}' or the folder of a whole "
            "model."
        )
    base = load_model(origin.base, cache, progress)
    connector = base.model.get_submodule(base.anatomy.connector)
    model = apply_parts(base.model, connector, folder).eval()
    revision = sha256_of_text(base.revision + _revision(folder))
    return replace(base, name=name, model=model, revision=revision, trained_on=origin.data)


def _revision(folder: Path) -> str:
    """One digest over the weights and settings of a local folder."""
    kept = sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".json", ".jinja"))
    return sha256_of_text("".join(f"{p.relative_to(folder)}:{sha256(p)}" for p in kept))
