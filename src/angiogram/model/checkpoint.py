"""What a folder in Hugging Face layout says and holds, asked before any weight is read."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import transformers
from safetensors import SafetensorError, safe_open
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING

import angiogram.model.build  # noqa: F401 # pyright: ignore[reportUnusedImport] - registers our models
from angiogram.errors import InputError
from angiogram.model.weights_index import INDEX, indexed_files

_NUMBER = re.compile(r"(?<=\.)\d+(?=\.)")  # of a block in a weight's name
_HARMLESS = re.compile(r"(inv_freq|position_ids)$|(^|\.)rotary[^.]*\.")
WEIGHTS = "model.safetensors"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")
# What the fields of config.json that are read here have to hold.
FIELDS = {"model_type": (str, "a name"), "auto_map": (dict, "a table"), "quantization_config": (dict, "a table")}
# Auto classes under which models that read images bring their own code, the fitting one first.
OWN_CLASSES = ("AutoModelForImageTextToText", "AutoModelForVision2Seq", "AutoModelForCausalLM", "AutoModel")
# Model types that authors publish with their own code, and what transformers itself calls the same architecture.
CONVERTED = {
    "internvl_chat": "internvl",
    "multi_modality": "deepseek_vl",
    "ovis": "ovis2",
    "phi4mm": "phi4_multimodal",
    "llava_qwen2": "fast_vlm",
}


def read_settings(name: str, folder: Path) -> dict[str, Any]:
    """The folder's config.json.

    Raises:
        InputError: it is missing, damaged, no table of settings, or holds something else in a field than belongs there.
    """
    try:
        settings: Any = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"The model '{name}' has no config.json.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The config.json of '{name}' cannot be loaded: {str(error).splitlines()[0]}.") from error
    if not isinstance(settings, dict):
        raise InputError(f"The config.json of '{name}' cannot be loaded: it holds no settings.")
    found = cast(dict[str, Any], settings)
    for field, (kind, what) in FIELDS.items():
        if found.get(field) is not None and not isinstance(found[field], kind):
            raise InputError(f"The config.json of '{name}' says {field}: {found[field]!r}, which is not {what}.")
    return found


def own_class(settings: dict[str, Any]) -> str | None:
    """Under which Auto class the model brings its own code; None where transformers has the model itself."""
    given = settings.get("auto_map") or {}
    if settings.get("model_type") in CONFIG_MAPPING and _answers_about_images(str(settings["model_type"])):
        return None
    return next((kind for kind in OWN_CLASSES if kind in given), None)


def without_own_code(settings: dict[str, Any]) -> str:
    """A further sentence, behind a blank, where transformers itself has what brings its own code; "" elsewhere."""
    known = CONVERTED.get(str(settings.get("model_type")))
    if known is None:
        return ""
    return (
        f" Transformers itself has this architecture as '{known}': a checkpoint in that layout (the names of such "
        "repositories often end in -hf) needs no code of its own."
    )


def check_kind(name: str, settings: dict[str, Any], *, trust_remote_code: bool) -> None:
    """Refuse what is no model that answers about images, or is one only with code that is not trusted.

    Raises:
        InputError: says which of these, and what would help.
    """
    own, model_type = own_class(settings), settings.get("model_type")
    if own and trust_remote_code:
        return
    if own or (settings.get("auto_map") and model_type not in CONFIG_MAPPING):
        raise InputError(
            f"The model '{name}' cannot be loaded: it brings its own Python code, which is not run unless you say so; "
            f"read it, then add --trust-remote-code.{without_own_code(settings)}"
        )
    if model_type is None:
        raise InputError(f"The config.json of '{name}' names no model_type, so its model cannot be loaded.")
    if model_type not in CONFIG_MAPPING:
        near = get_close_matches(str(model_type), list(CONFIG_MAPPING.keys()), n=1)
        raise InputError(
            f"The model '{name}' cannot be loaded: transformers {transformers.__version__} does not know its model "
            f"type '{model_type}'" + (f"; did you mean '{near[0]}'?" if near else ".")
        )
    if _answers_about_images(str(model_type)):
        return
    text = CONFIG_MAPPING[str(model_type)] in MODEL_FOR_CAUSAL_LM_MAPPING
    what = "a language model that reads text only" if text else "no language model"
    raise InputError(
        f"The model '{name}' (model type {model_type}) is {what}; a model that answers questions about images is "
        "needed, such as LLaVA, Qwen2.5-VL or Gemma 3."
    )


def check_weights(name: str, folder: Path) -> None:
    """See that every weights file is there, is safetensors, and is whole.

    Raises:
        InputError: names the first file that is missing or damaged, or says what is there in their place.
    """
    files = _weights_files(name, folder)
    for file in files:
        if not (folder / file).is_file():
            raise InputError(f"The model '{name}' lacks the weights file '{file}' that its index names.")
    for file in files:
        check_weights_file(name, folder, file)


def check_weights_file(name: str, folder: Path, file: str) -> None:
    """See that a weights file which is there is safetensors, and is whole.

    Raises:
        InputError: names the file.
    """
    path = folder / file
    with path.open("rb") as opened:
        if opened.read(24) == b"version https://git-lfs.":
            raise InputError(f"'{path}' is a Git LFS pointer, not the weights; fetch them with `git lfs pull`.")
    try:
        with safe_open(path, framework="pt"):
            pass
    except (SafetensorError, OSError) as error:
        raise InputError(
            f"The model '{name}' cannot be loaded: its weights file '{file}' is damaged or cut off ({error})."
        ) from error


def check_loaded(name: str, report: Mapping[str, Collection[Any]], built: Iterable[str]) -> None:
    """Refuse a model of which a weight was not read, since it would be random, or that has fewer blocks than its files.

    Other weights beyond the model's own, such as positions that older versions saved, do no harm.

    Args:
        name: as the user gave it.
        report: transformers' `output_loading_info`.
        built: names of the model's own weights.

    Raises:
        InputError: says how many weights, and names the first of them.
    """
    reshaped = sorted(str(key[0]) for key in report["mismatched_keys"])
    if reshaped:
        raise InputError(
            f"{len(reshaped)} of the weights of the model '{name}' are of another shape than its config.json says: "
            f"{_first(reshaped)}"
        )
    if missing := sorted(report["missing_keys"]):
        raise InputError(
            f"The model '{name}' lacks {len(missing)} of its weights, which would stay random: {_first(missing)}"
        )
    blocks = {_NUMBER.sub("*", key) for key in built if _NUMBER.search(key)}
    extra = [key for key in sorted(report["unexpected_keys"]) if not _HARMLESS.search(key)]
    if beyond := [key for key in extra if _NUMBER.sub("*", key) in blocks]:
        raise InputError(
            f"The model '{name}' has {len(beyond)} weights of blocks beyond those that its config.json names, which "
            f"would be left out: {_first(beyond)}"
        )


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else ".")


def _weights_files(name: str, folder: Path) -> list[str]:
    if (folder / WEIGHTS).is_file():
        return [WEIGHTS]
    if (folder / INDEX).is_file():
        return indexed_files(folder)
    if shards := sorted(path.name for path in folder.glob("model-*-of-*.safetensors")):
        raise InputError(
            f"The model '{name}' has shards of weights ({shards[0]}), but not {INDEX}, which names them all; fetch it, "
            "too."
        )
    pickles = sorted(path.name for pattern in PICKLES for path in folder.glob(pattern))
    if pickles:
        raise InputError(
            f"The model '{name}' keeps its weights in pickles ({pickles[0]}), which can run code when they are read; "
            "convert them to safetensors first."
        )
    raise InputError(f"The model '{name}' has no weights: neither {WEIGHTS} nor {INDEX} is there.")


def _answers_about_images(model_type: str) -> bool:
    return CONFIG_MAPPING[model_type] in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING
