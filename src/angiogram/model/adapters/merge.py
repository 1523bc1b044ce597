"""An adapter's weights merged into those of its base."""

import re
import warnings
from collections import Counter
from collections.abc import Mapping
from typing import Any

from peft import PeftConfig, PeftModel, PeftType, set_peft_model_state_dict
from peft.mapping import PEFT_TYPE_TO_PREFIX_MAPPING
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors.torch import load_file
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.model.adapters.names import PREFIX, lora_modules, todays_names
from angiogram.model.adapters.settings import ADAPTER_SETTINGS, ADAPTER_WEIGHTS, Adapter

# What PEFT raises for settings and weights that do not fit the base, and for kinds that it cannot merge.
UNMERGED = (OSError, ValueError, RuntimeError, TypeError, AttributeError, ImportError)


def merge_adapter(model: Any, adapter: Adapter, base: str) -> Any:
    """The base with the adapter in its weights, by PEFT's own merge; `model` is changed, and unpacked if quantised.

    Args:
        model: the base, in evaluation mode.
        adapter: its weights are read here.
        base: the base's name.

    Raises:
        InputError: the adapter does not fit the base, holds a NaN, or cannot be merged, or a part of the base lies
            outside the memory.
    """
    if any(weight.is_meta for weight in model.parameters()):
        raise InputError(
            f"The adapter '{adapter.name}' cannot be merged while a part of '{base}' does not fit into the memory of "
            "the GPUs; merge it once on a larger machine (PEFT's merge_and_unload, then save_pretrained) and give that "
            "folder."
        )
    try:
        if getattr(model, "hf_quantizer", None) is not None:  # else what is merged would be rounded to a few bits
            model = model.dequantize(model.dtype)
        weights = todays_names(model, load_file(adapter.folder / ADAPTER_WEIGHTS))
        _grow_vocabulary(model, weights)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ties between weights, which are looked after here
            tuned = PeftModel(model, _settings(model, adapter, weights))
            report = set_peft_model_state_dict(tuned, weights)
            _check_placed(adapter, base, tuned, report)
            _untie(tuned)
            return tuned.merge_and_unload(safe_merge=True).eval()
    except KeyError as error:  # of a module that is saved whole
        raise InputError(
            f"The adapter '{adapter.name}' lacks the weight '{_plain(error.args[0])}', which its {ADAPTER_SETTINGS} "
            f"asks for on '{base}'."
        ) from error
    except UNMERGED as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
        raise InputError(f"The adapter '{adapter.name}' cannot be merged into '{base}': {said}.") from error


def _settings(model: Any, adapter: Adapter, weights: Mapping[str, Tensor]) -> PeftConfig:
    """PEFT's settings, for the modules that the weights are of.

    A pattern of module names that was written for another version of transformers may miss modules today, or find more.

    Raises:
        InputError: ranks or strengths are named by modules that the adapter does not have.
    """
    settings: Any = PeftConfig.from_pretrained(str(adapter.folder))
    settings.inference_mode = True
    modules = lora_modules(weights)
    if adapter.kind != "LORA" or not {*modules} <= {name for name, _ in model.named_modules()}:
        return settings
    for field in ("rank_pattern", "alpha_pattern"):
        for pattern in getattr(settings, field):
            if not any(re.match(rf"(.*\.)?({pattern})$", module) for module in modules):
                raise InputError(
                    f"The {ADAPTER_SETTINGS} of '{adapter.name}' names '{pattern}' in '{field}', which is no module of "
                    "its weights under the names that transformers gives them today."
                )
    settings.target_modules = {*modules}
    settings.exclude_modules = settings.layers_to_transform = settings.layers_pattern = None
    return settings


def _check_placed(adapter: Adapter, base: str, tuned: nn.Module, report: Any) -> None:
    """Refuse weights of the adapter without a place in the base, and places without a weight."""
    if astray := report.unexpected_keys:
        raise InputError(
            f"The adapter '{adapter.name}' was not trained on '{base}': {len(astray)} of its weights have no place in "
            f"it, the first '{_plain(astray[0])}'; name the model it was trained on by --base."
        )
    places = dict(tuned.named_parameters(remove_duplicate=False))  # some kinds share a weight between modules
    filled = {id(weight) for name, weight in places.items() if name not in report.missing_keys}
    prefix = PEFT_TYPE_TO_PREFIX_MAPPING[PeftType[adapter.kind]]
    its = [name for name in report.missing_keys if name in places and prefix in name and ".default" in name]
    if empty := [name for name in its if id(places[name]) not in filled]:
        raise InputError(
            f"The adapter '{adapter.name}' lacks {len(empty)} of the weights that its {ADAPTER_SETTINGS} asks for on "
            f"'{base}', the first '{_plain(empty[0])}'."
        )


def _plain(name: Any) -> str:
    return str(name).removeprefix(PREFIX).replace(".default", "")


def _grow_vocabulary(model: Any, weights: Mapping[str, Tensor]) -> None:
    """As many rows as the adapter's own embeddings have, where it was trained with further tokens."""
    embeddings = model.get_input_embeddings()
    name = next(name for name, module in model.named_modules() if module is embeddings)
    tuned = weights.get(f"{PREFIX}{name}.weight")
    if tuned is not None and tuned.shape[0] > embeddings.num_embeddings:
        model.resize_token_embeddings(tuned.shape[0], mean_resizing=False)


def _untie(tuned: nn.Module) -> None:
    """A weight of its own for an adapted module that shares one, since the adapter changes that module alone."""
    shared = Counter(id(weight) for module in tuned.modules() for weight in module.parameters(recurse=False))
    for module in tuned.modules():
        if not isinstance(module, BaseTunerLayer):
            continue
        layer = module.get_base_layer()
        weight = getattr(layer, "weight", None)
        if isinstance(weight, nn.Parameter) and shared[id(weight)] > 1:
            layer.weight = nn.Parameter(weight.detach().clone(), requires_grad=False)
