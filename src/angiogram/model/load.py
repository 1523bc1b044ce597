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
from angiogram.errors import InputError
from angiogram.files import sha256_of_text
from angiogram.model.adapters import check_adapter_weights, is_adapter, merge_adapter, read_adapter
from angiogram.model.anatomy import Anatomy
from angiogram.model.build.base import embedded_base
from angiogram.model.checkpoint import check_kind, check_loaded, check_weights, own_class, read_settings
from angiogram.model.discover import find_anatomy
from angiogram.model.hub import hub_errors_said, weights_from_hub
from angiogram.model.initial import open_closed_gates
from angiogram.model.loading import AUTO, Loading
from angiogram.model.located import EMBEDDED, SHIPPED, Located, content, local_folder, locate
from angiogram.model.original_llava import is_original_llava, load_original_llava
from angiogram.model.parts import PARTS_FILE, apply_parts, read_origin
from angiogram.model.precision import device_named, dtype_named
from angiogram.model.processor import load_processor
from angiogram.model.quantised import check_quantised, quantisation_said
from angiogram.model.tuned_from import adapter_base, processor_base

# What transformers raises for what it cannot read, and a model's own code for a transformers it was not written for.
LOADING_FAILED = (
    OSError, ValueError, SafetensorError, KeyError, ImportError, RuntimeError, AttributeError, TypeError,
)  # fmt: skip


@dataclass(frozen=True)
class LoadedModel:
    """A model in evaluation mode with what is needed to feed and to tap it.

    Attributes:
        name: as the user gave it.
        revision: identifies the exact weights; part of every fingerprint.
        trained_on: name of the image set its trained parts saw; None where nothing says it.
        statements: what was merged or taken from elsewhere to make it, and how its weights are quantised, one sentence
            each; on every page.
    """

    name: str
    model: Any
    processor: Any
    anatomy: Anatomy
    revision: str
    trained_on: str | None = None
    statements: tuple[str, ...] = ()

    @property
    def device(self) -> torch.device:
        """Where the model's inputs go: the first GPU of a model that is divided over several devices."""
        divided: dict[str, Any] = getattr(self.model, "hf_device_map", {})
        if len(divided) < 2:
            return self.model.device
        gpus = [where for where in divided.values() if str(where) not in ("cpu", "disk")]
        return torch.device(gpus[0] if gpus else "cpu")


def load_model(name: str, cache: Path, progress: Progress, loading: Loading = AUTO) -> LoadedModel:
    """Load `demo`, `demo-tuned`, `embedded` (the base with an untrained connector), a folder or a hub id.

    A hub id may carry a revision: `owner/name@revision`, a branch, tag or commit. A folder or repository may be that of
    a PEFT adapter, which is merged into its base.

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
        return _from_files(Located(name, embedded_base(cache, progress)), loading, progress)
    if name in SHIPPED:
        return _from_parts(name, Path(str(files("angiogram.model") / "weights" / name)), cache, progress, loading)
    folder = local_folder(name)
    if (folder / PARTS_FILE).is_file():
        return _from_parts(name, folder, cache, progress, loading)
    located = locate(name, code=loading.trust_remote_code)
    if is_adapter(located.folder):
        return _from_adapter(located, loading, progress)
    if not located.hub and not (folder / "config.json").is_file():
        raise InputError(f"The folder '{name}' holds no model: neither config.json nor {PARTS_FILE} is there.")
    return _from_files(located, loading, progress)


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
    tokens = sorted(loaded.processor.tokenizer.get_vocab().items())  # what is given to it is a part of its features
    architecture = sha256_of_text(f"{model.config.to_json_string()}{tokens}")
    return LoadedModel(
        name=f"{loaded.name} with random weights",
        model=twin.eval(),
        processor=loaded.processor,
        anatomy=loaded.anatomy,
        revision=f"random-{seed}-{architecture[:16]}",
    )


def _from_files(located: Located, loading: Loading, progress: Progress) -> LoadedModel:
    """A whole model; parts of its processor may be missing."""
    name, revision = located.name, located.revision
    placed = _placed(loading, progress)
    settings = _checked(located, loading, placed)
    base = processor_base(located, settings, loading)
    model, processor, said = _read(located, settings, loading, placed, progress)
    if processor is None:
        processor = load_processor(
            str(located.folder), trust_remote_code=loading.trust_remote_code, base=base and str(base.folder)
        )
    if base is not None:
        revision = sha256_of_text(f"{revision}:{base.digest}")
        said += base.said
    elif loading.base is not None:
        progress(f"--base is not needed: '{name}' is a whole model with a processor of its own")
    return _whole(name, model, processor, revision, loading, progress, said)


def _from_adapter(located: Located, loading: Loading, progress: Progress) -> LoadedModel:
    """An adapter's weights in those of its base, with the base's processor, or what the adapter has of its own."""
    adapter = read_adapter(located.name, located.folder)
    base = adapter_base(adapter, loading)
    if located.hub:
        weights_from_hub(located.hub, located.folder, progress)
    check_adapter_weights(adapter)
    with base.named():
        placed = _placed(loading, progress)
        settings = _checked(base.located, loading, placed)
        model, processor, said = _read(base.located, settings, loading, placed, progress)
    progress(f"merging the adapter into '{base.located.name}'")
    model = merge_adapter(model, adapter, base.located.name)
    if processor is None:
        processor = load_processor(
            str(located.folder), trust_remote_code=loading.trust_remote_code, base=str(base.located.folder)
        )
    revision = sha256_of_text(f"{base.located.revision}:{located.revision}")
    return _whole(located.name, model, processor, revision, loading, progress, (*base.said, *said))


def _whole(
    name: str, model: Any, processor: Any, revision: str, loading: Loading, progress: Progress, said: tuple[str, ...]
) -> LoadedModel:
    """Model and processor together, examined."""
    for sentence in said:
        progress(sentence)
    anatomy = find_anatomy(model, processor, loading.anatomy)
    return LoadedModel(name, model.eval(), processor, anatomy, revision, statements=said)


def _checked(located: Located, loading: Loading, placed: dict[str, Any]) -> dict[str, Any]:
    """The content of config.json, of a model that can be read here as far as that file says."""
    settings = read_settings(located.name, located.folder)
    if not is_original_llava(settings):
        check_kind(located.name, settings, trust_remote_code=loading.trust_remote_code)
        check_quantised(located.name, settings, placed)
    return settings


def _read(
    located: Located, settings: dict[str, Any], loading: Loading, placed: dict[str, Any], progress: Progress
) -> tuple[Any, Any, tuple[str, ...]]:
    """The model, its processor where that is made together with it, and what is to be said of it."""
    name, folder = located.name, located.folder
    if is_original_llava(settings):
        return *_original(located, placed), ()
    if located.hub:
        weights_from_hub(located.hub, folder, progress)
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
                **placed,
            )
    except LOADING_FAILED as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
        raise InputError(f"The model '{name}' cannot be loaded: {reason}.") from error
    check_loaded(name, report, model.state_dict())
    return model, None, quantisation_said(settings)


def _original(located: Located, placed: dict[str, Any]) -> tuple[Any, Any]:
    """A checkpoint of the original LLaVA code."""
    if located.hub is None:
        return load_original_llava(str(located.folder), **placed)
    if located.hub != located.name:
        raise InputError(
            f"'{located.hub}' is an original LLaVA, of which only the newest revision is loaded by its id."
        )
    with hub_errors_said(located.hub):
        return load_original_llava(located.hub, **placed)


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
    revision = sha256_of_text(base.revision + content(folder))
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
