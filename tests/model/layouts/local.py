"""Models in which every token keeps to its own place, so that what a token responds to is where it lies."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from transformers import LlavaImageProcessorPil

from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare

ENDS = {"out_proj", "o_proj", "proj", "projection_layer", "dense", "fc2", "linear_fc2", "down_proj"}
NORMS_BEFORE = {"pre_layrnorm", "ln_pre", "layernorm_pre"}


def made_local(loaded: LoadedModel) -> LoadedModel:
    """A copy whose blocks add nothing and whose patch embeddings see only a patch's mean brightness."""
    model = deepcopy(loaded.model)
    with torch.no_grad():
        for block in (*loaded.anatomy.encoder_blocks, *loaded.anatomy.llm_blocks):
            for name, module in model.get_submodule(block).named_modules():
                if name.split(".")[-1] in ENDS:
                    for parameter in module.parameters():
                        parameter.zero_()
        encoder = model.get_submodule(loaded.anatomy.encoder)
        for name, module in list(encoder.named_modules()):
            if isinstance(module, nn.Conv2d | nn.Conv3d):
                kernel = tuple(range(2, module.weight.dim()))
                module.weight.copy_(module.weight.mean(kernel, keepdim=True).expand_as(module.weight))
            if name in NORMS_BEFORE:
                setattr(encoder, name, nn.Identity())
    return replace(loaded, model=model, processor=deepcopy(loaded.processor))


def padded(llava: LoadedModel) -> None:
    """As original LLaVA checkpoints with `image_aspect_ratio: pad` are prepared."""
    llava.processor.image_processor = LlavaImageProcessorPil(
        size={"shortest_edge": 56}, crop_size={"height": 56, "width": 56}, do_pad=True
    )


def shrunk(onevision: LoadedModel) -> None:
    """More than one tile's worth of tokens is scaled down, as in images of many tiles."""
    onevision.model.config.vision_aspect_ratio = onevision.processor.vision_aspect_ratio = "anyres_max_1"


def unsplit(idefics: LoadedModel) -> None:
    idefics.processor.image_processor.do_image_splitting = False


def uncut(internvl: LoadedModel) -> None:
    internvl.processor.image_processor.max_patches = 1  # InternVL's processor does not heed `crop_to_patches`


# Families as published checkpoints also set them up: name -> family, change.
VARIANTS: dict[str, tuple[str, Callable[[LoadedModel], None]]] = {
    "llava, padded": ("llava", padded),
    "llava_onevision, shrunk": ("llava_onevision", shrunk),
    "smolvlm, unsplit": ("smolvlm", unsplit),
    "internvl, uncut": ("internvl", uncut),
}


def stages(local: LoadedModel, images: Sequence[Image]) -> dict[str, Tensor]:
    """Token states `[N, D]`, image after image, by the places of `Layout`; `embedded` enters the encoder's blocks."""
    inputs = prepare(local.processor, chat(local.processor, "Which?"), images)
    seen: dict[str, Tensor] = {}

    def keep(name: str, *values: Any) -> None:
        states = next(value for value in values if isinstance(value, Tensor))
        seen[name] = states.reshape(-1, states.shape[-1])

    anatomy = local.anatomy
    first, last = anatomy.encoder_blocks[0], anatomy.encoder_blocks[-1]
    before = {"embedded": first, "received": anatomy.connector, "prompt": anatomy.llm_blocks[0]}
    behind = {"encoder": last, "connected": anatomy.connector}
    with ExitStack() as hooks, torch.no_grad():
        for name, path in before.items():
            module = local.model.get_submodule(path)
            hook = module.register_forward_pre_hook(
                lambda _, args, kwargs, name=name: keep(name, *args, *kwargs.values()), with_kwargs=True
            )
            hooks.enter_context(hook)
        for name, path in behind.items():
            module = local.model.get_submodule(path)
            hooks.enter_context(
                module.register_forward_hook(
                    lambda *call, name=name: keep(name, *(call[-1] if isinstance(call[-1], tuple) else call[-1:]))
                )
            )
        local.model(**inputs)
    seen["prompt"] = seen["prompt"][(inputs["input_ids"] == local.model.config.image_token_id).flatten()]
    return seen
