"""From a name to a model that is ready to run."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError
from transformers.utils import logging

from angiogram.cache import Progress
from angiogram.errors import InputError, unknown
from angiogram.files import sha256, sha256_of_text
from angiogram.model.agreement import agree
from angiogram.model.anatomy import Anatomy
from angiogram.model.build.base import embedded_base
from angiogram.model.catalogue import without_owner
from angiogram.model.checkpoint import check_kind, check_loaded, check_weights, own_class, read_settings
from angiogram.model.discover import check_decoder, find_anatomy, from_family
from angiogram.model.hub import hub_errors_said, settings_from_hub, weights_from_hub
from angiogram.model.initial import open_closed_gates
from angiogram.model.loading import AUTO, Loading
from angiogram.model.original_llava import is_original_llava, load_original_llava
from angiogram.model.packages import needs_package
from angiogram.model.parts import PARTS_FILE, apply_parts, read_origin
from angiogram.model.precision import device_named, dtype_named
from angiogram.model.processor import load_processor
from angiogram.model.trial import try_model

EMBEDDED = "embedded"
# What transformers raises for what it cannot read, and a model's own code for a transformers it was not written for.
LOADING_FAILED = (
    OSError, ValueError, SafetensorError, KeyError, ImportError, RuntimeError, AttributeError, TypeError,
)  # fmt: skip
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

    @property
    def device(self) -> torch.device:
        """Where the model's inputs go."""
        return input_device(self.model)


def input_device(model: Any) -> torch.device:
    """Where a model's inputs go: the first GPU of a model that is divided over several devices."""
    divided: dict[str, Any] = getattr(model, "hf_device_map", {})
    if len(divided) < 2:
        return model.device
    gpus = [where for where in divided.values() if str(where) not in ("cpu", "disk")]
    return torch.device(gpus[0] if gpus else "cpu")


def load_model(name: str, cache: Path, progress: Progress, loading: Loading = AUTO) -> LoadedModel:
    """Load `demo`, `demo-tuned`, `embedded` (the base with an untrained connector), a folder or a hub id.

    A hub id may carry a revision: `owner/name@revision`, a branch, tag or commit.

    Args:
        name: as the user gives it.
        cache: where the embedded base is kept.
        progress: receives plain lines.
        loading: device, precision and trust. The weights are read straight onto that device, in that precision.

    Raises:
        InputError: there is no such model or device, the model does not answer about images, its family is unknown,
            its code is not trusted, or a file of it is missing or damaged.
    """
    device_named(loading.device)  # refused before anything is read
    if name == EMBEDDED:
        return _from_folder(name, embedded_base(cache, progress), loading, progress)
    if name in SHIPPED:
        return _from_parts(name, Path(str(files("angiogram.model") / "weights" / name)), cache, progress, loading)
    folder = local_folder(name)
    if (folder / PARTS_FILE).is_file():
        return _from_parts(name, folder, cache, progress, loading)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise InputError(f"The folder '{name}' holds no model: neither config.json nor {PARTS_FILE} is there.")
    if folder.is_dir():
        return _from_folder(name, folder, loading, progress)
    if name.startswith((".", "/", "~")):
        raise InputError(f"There is no folder '{name}'.")
    if (entry := without_owner(name)) is not None:
        raise InputError(f"'{name}' is '{entry.hub}' on the hub; give that id.")
    if name.count("/") != 1:
        raise unknown("model", name, (*SHIPPED, EMBEDDED))
    return _from_hub(name, loading, progress)


def random_twin(loaded: LoadedModel, seed: int) -> LoadedModel:
    """The same architecture with random weights: what its taps decode was not learnt.

    It is built where the model is and in its precision: as a checkpoint of which every weight is missing. Parts that
    the model keeps on disk stay in the host's memory.
    """
    torch.manual_seed(seed)
    model, dtype = loaded.model, loaded.model.dtype
    divided: dict[str, Any] = getattr(model, "hf_device_map", {})
    placed = divided if len(divided) > 1 else {"": model.device}
    with _quiet():
        twin = type(model).from_pretrained(
            None,
            config=model.config,
            state_dict={},
            dtype=dtype,
            device_map={path: "cpu" if where == "disk" else where for path, where in placed.items()},
        )
    open_closed_gates(twin)
    architecture = sha256_of_text(model.config.to_json_string())
    return LoadedModel(
        name=f"{loaded.name} with random weights",
        model=twin.eval(),
        processor=loaded.processor,
        anatomy=loaded.anatomy,
        revision=f"random-{seed}-{architecture[:16]}",
    )


def local_folder(name: str) -> Path:
    """Where the folder `name` would lie; it need not exist."""
    try:
        return Path(name).expanduser()
    except RuntimeError:  # "~someone" whom this machine does not know
        return Path(name)


def _from_hub(name: str, loading: Loading, progress: Progress) -> LoadedModel:
    source, _, revision = name.partition("@")
    folder = settings_from_hub(source, revision or None, code=loading.trust_remote_code)
    settings = read_settings(name, folder)
    if is_original_llava(settings):
        if revision:
            raise InputError(f"'{source}' is an original LLaVA, of which only the newest revision is loaded by its id.")
        with hub_errors_said(source):
            return _original(name, source, folder.name, loading, progress)
    check_kind(name, settings, trust_remote_code=loading.trust_remote_code)
    weights_from_hub(source, folder, progress)
    return replace(_from_folder(name, folder, loading, progress), revision=folder.name)


def _from_folder(name: str, folder: Path, loading: Loading, progress: Progress) -> LoadedModel:
    settings = read_settings(name, folder)
    if is_original_llava(settings):
        return _original(name, str(folder), _revision(folder), loading, progress)
    check_kind(name, settings, trust_remote_code=loading.trust_remote_code)
    check_weights(name, folder)
    auto = getattr(transformers, own_class(settings) or "AutoModelForImageTextToText")
    try:
        with _quiet():
            model, report = auto.from_pretrained(
                folder,
                use_safetensors=True,
                trust_remote_code=loading.trust_remote_code,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # refused below
                **_placed(loading, progress),
            )
    except LOADING_FAILED as error:
        if (missing := needs_package(f"The model '{name}'", error)) is not None:
            raise missing from error
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
        raise InputError(f"The model '{name}' cannot be loaded: {reason}.") from error
    check_loaded(name, report, model.state_dict())
    processor = load_processor(str(folder), trust_remote_code=loading.trust_remote_code)
    return _whole(name, model.eval(), processor, _revision(folder), loading, progress)


def _original(name: str, source: str, revision: str, loading: Loading, progress: Progress) -> LoadedModel:
    """A checkpoint of the original LLaVA code."""
    model, processor = load_original_llava(source, **_placed(loading, progress))
    return _whole(name, model, processor, revision, loading, progress)


def _whole(name: str, model: Any, processor: Any, revision: str, loading: Loading, progress: Progress) -> LoadedModel:
    """Model and processor together: made to fit each other, tried, and examined."""
    check_decoder(model)
    from_family(model)  # says more of a wrong configuration than the model's own code would
    agree(processor, model, progress)
    try_model(name, model, processor, input_device(model))
    return LoadedModel(name, model, processor, find_anatomy(model, processor, loading.anatomy), revision)


def _from_parts(name: str, folder: Path, cache: Path, progress: Progress, loading: Loading) -> LoadedModel:
    origin = read_origin(folder)
    if origin.base != EMBEDDED and (
        origin.base in SHIPPED or (Path(origin.base) / PARTS_FILE).is_file() or not Path(origin.base).is_dir()
    ):
        raise InputError(
            f"'{folder / PARTS_FILE}' names the base '{origin.base}'; it must be '{EMBEDDED}' or the folder of a whole "
            "model."
        )
    base = load_model(origin.base, cache, progress, loading)
    connector = base.model.get_submodule(base.anatomy.connector)
    model = apply_parts(base.model, connector, folder).eval()
    revision = sha256_of_text(base.revision + _revision(folder))
    return replace(base, name=name, model=model, revision=revision, trained_on=origin.data)


def _placed(loading: Loading, progress: Progress) -> dict[str, Any]:
    """Where the weights go and as what, in `from_pretrained`'s words."""
    device = device_named(loading.device)
    placed: dict[str, Any] = {"dtype": dtype_named(loading.precision, device, progress), "device_map": {"": device}}
    if loading.spread:
        placed["device_map"] = "auto"
    if loading.placement is not None:
        placed |= {"device_map": dict(loading.placement), "offload_folder": loading.offload}
    return placed


@contextmanager
def _quiet() -> Generator[None]:
    """Without transformers' own tables of missing weights, which are looked at here."""
    level = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)


def _revision(folder: Path) -> str:
    """One digest over the weights and settings of a local folder."""
    kept = sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".json", ".jinja"))
    return sha256_of_text("".join(f"{p.relative_to(folder)}:{sha256(p)}" for p in kept))
