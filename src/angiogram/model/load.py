"""From a name to a model that is ready to run."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.files import sha256_of_text
from angiogram.model.adapters import ADAPTER_SETTINGS, check_adapter_weights, is_adapter, merge_adapter, read_adapter
from angiogram.model.agreement import agree
from angiogram.model.anatomy import Anatomy
from angiogram.model.build.assembly import assembled_base, read_assembly
from angiogram.model.build.base import embedded_base
from angiogram.model.depth import slices_of
from angiogram.model.discover import check_decoder, find_anatomy, from_family
from angiogram.model.hub import weights_from_hub
from angiogram.model.initial import open_closed_gates
from angiogram.model.loading import AUTO, Loading
from angiogram.model.located import EMBEDDED, SHIPPED, Located, content, local_folder, locate
from angiogram.model.origin import read_origin, trained_on
from angiogram.model.parts import PARTS_FILE, apply_parts, kept_modules, shipped_folder
from angiogram.model.precision import device_named
from angiogram.model.processor import load_processor
from angiogram.model.quantised import quantised_said, unpacked_said, without_quantisation
from angiogram.model.quiet import quiet
from angiogram.model.reading import checked_settings, placement, read_model
from angiogram.model.trial import try_model
from angiogram.model.tuned_from import adapter_base, processor_base


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
    def slices(self) -> int | None:
        """Of the volumes that it takes; None where it takes pictures."""
        return slices_of(self.processor)

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
    """Load `demo`, `demo-tuned`, `demo-3d`, `embedded` (the base with an untrained connector), a folder or a hub id.

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
        return _from_parts(name, shipped_folder(name), cache, progress, loading)
    folder = local_folder(name)
    if (folder / PARTS_FILE).is_file():
        return _from_parts(name, folder, cache, progress, loading)
    located = locate(name, code=loading.trust_remote_code)
    if is_adapter(located.folder):
        return _from_adapter(located, loading, progress)
    if not located.hub and not (folder / "config.json").is_file():
        raise _no_model(name, folder)
    return _from_files(located, loading, progress)


def random_twin(loaded: LoadedModel, seed: int) -> LoadedModel:
    """The same architecture with random weights: what its taps decode was not learnt.

    It is built where the model is and in its precision: as a checkpoint of which every weight is missing. Parts that
    the model keeps on disk stay in the host's memory; weights that it keeps quantised are not, for what is drawn at
    random needs no packing.
    """
    torch.manual_seed(seed)
    model, dtype = loaded.model, loaded.model.dtype
    config = without_quantisation(model.config)
    divided: dict[str, Any] = getattr(model, "hf_device_map", {})
    placed = divided if len(divided) > 1 else {"": model.device}
    with quiet():
        twin = type(model).from_pretrained(
            None,
            config=config,
            state_dict={},
            dtype=dtype,
            device_map={path: "cpu" if where == "disk" else where for path, where in placed.items()},
        )
    open_closed_gates(twin)
    tokens = sorted(loaded.processor.tokenizer.get_vocab().items())  # what is given to it is a part of its features
    architecture = sha256_of_text(f"{config.to_json_string()}{tokens}")
    return LoadedModel(
        name=f"{loaded.name} with random weights",
        model=twin.eval(),
        processor=loaded.processor,
        anatomy=loaded.anatomy,
        revision=f"random-{seed}-{architecture[:16]}",
    )


def _no_model(name: str, folder: Path) -> InputError:
    """For a folder without a model; what training leaves may lie below, one folder a step."""
    said = f"The folder '{name}' holds no model: neither config.json, {ADAPTER_SETTINGS} nor {PARTS_FILE} is there"
    below = sorted(file.parent.name for kind in ("config.json", ADAPTER_SETTINGS) for file in folder.glob(f"*/{kind}"))
    return InputError(f"{said}; folders in it that do: {', '.join(dict.fromkeys(below))}." if below else f"{said}.")


def _from_files(located: Located, loading: Loading, progress: Progress) -> LoadedModel:
    """A whole model; parts of its processor may be missing."""
    name, revision = located.name, located.revision
    placed = placement(loading, progress)
    settings = checked_settings(located, loading, placed)
    base = processor_base(located, settings, loading)
    model, processor = read_model(located, settings, loading, placed, progress)
    if processor is None:
        processor = load_processor(
            str(located.folder), trust_remote_code=loading.trust_remote_code, base=base and str(base.folder)
        )
    said = quantised_said(settings)
    if base is not None:
        revision = sha256_of_text(f"{revision}:{base.digest}")
        said += base.said
    elif loading.base is not None:
        progress(f"--base is not needed: '{name}' is a whole model with a processor of its own")
    return _whole(located, model, processor, revision, loading, progress, said)


def _from_adapter(located: Located, loading: Loading, progress: Progress) -> LoadedModel:
    """An adapter's weights in those of its base, with the base's processor, or what the adapter has of its own."""
    adapter = read_adapter(located.name, located.folder)
    base = adapter_base(adapter, loading)
    if located.hub:
        weights_from_hub(located.hub, located.folder, progress)
    check_adapter_weights(adapter)
    with base.named():
        placed = placement(loading, progress)
        settings = checked_settings(base.located, loading, placed)
        model, processor = read_model(base.located, settings, loading, placed, progress)
    progress(f"merging the adapter into '{base.located.name}'")
    model = merge_adapter(model, adapter, base.located.name)
    if processor is None:
        processor = load_processor(
            str(located.folder), trust_remote_code=loading.trust_remote_code, base=str(base.located.folder)
        )
    revision = sha256_of_text(f"{base.located.revision}:{located.revision}")
    said = (*base.said, *unpacked_said(settings))
    return _whole(located, model, processor, revision, loading, progress, said)


def _whole(
    located: Located,
    model: Any,
    processor: Any,
    revision: str,
    loading: Loading,
    progress: Progress,
    said: tuple[str, ...],
) -> LoadedModel:
    """Model and processor together: made to fit each other, tried, and examined."""
    for sentence in said:
        progress(sentence)
    check_decoder(model)
    from_family(model)  # says more of a wrong configuration than the model's own code would
    agree(processor, model, progress)
    try_model(located.name, model.eval(), processor, input_device(model))
    anatomy = find_anatomy(model, processor, loading.anatomy)
    return LoadedModel(located.name, model, processor, anatomy, revision, trained_on(located.folder), said)


def _from_parts(name: str, folder: Path, cache: Path, progress: Progress, loading: Loading) -> LoadedModel:
    origin = read_origin(folder, PARTS_FILE)
    if origin.base != EMBEDDED and (
        origin.base in SHIPPED or (Path(origin.base) / PARTS_FILE).is_file() or not Path(origin.base).is_dir()
    ):
        raise InputError(
            f"'{folder / PARTS_FILE}' names the base '{origin.base}'; it must be '{EMBEDDED}' or the folder of a whole "
            "model."
        )
    assembly = read_assembly(folder)
    if assembly is None:
        base = load_model(origin.base, cache, progress, loading)
    else:
        base = _from_files(Located(name, assembled_base(assembly, cache, progress)), loading, progress)
    model = apply_parts(base.model, kept_modules(base.model, base.anatomy, assembly), folder).eval()
    revision = sha256_of_text(base.revision + content(folder))
    return replace(base, name=name, model=model, revision=revision, trained_on=origin.data)
