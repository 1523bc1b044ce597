"""How large a model's states are at a place, and where their middle is, measured on pictures that belong to no class.

The size of planted noise must not be that of the image at hand: it would tell of the image, and what stands behind a
linear read-out can turn a size into a mean.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from angiogram.imaging.image import Image
from angiogram.lesion.handover import Site
from angiogram.lesion.shown import Batch
from angiogram.model.depth import in_kind
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, first_step, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.taps import Tap

HEIGHT, WIDTH, COARSE = 224, 336, 28


def reference_spreads(loaded: LoadedModel, sites: Sequence[Site]) -> dict[str, Tensor]:
    """Root mean square `[D]` of each component over the tokens of two pictures of noise, by module path.

    In the LLM over the tokens of the image and all behind it: before the image some LLMs keep one far larger than all
    others.
    """
    return {path: squares.sqrt() for path, squares in _means(loaded, sites, torch.square).items()}


def reference_means(loaded: LoadedModel, sites: Sequence[Site]) -> dict[str, Tensor]:
    """Mean `[D]` over the same tokens."""
    return _means(loaded, sites, _as_it_is)


@torch.no_grad()
def _means(loaded: LoadedModel, sites: Sequence[Site], of: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
    found: list[dict[str, Tensor]] = []
    for number in range(2):
        image = in_kind(loaded.processor, _picture(number))
        inputs = prepare(loaded.processor, chat(loaded.processor, "What is shown?"), [image])
        inputs = inputs.to(loaded.device)
        # Every place is read whole, whatever its stage.
        taps = [Tap(site.path, "connector", "connected", "image", 0, site.path, site.side) for site in sites]
        with pooled_hooks(loaded.model, taps, {"connected": _as_it_is}) as states:
            loaded.model(**first_step(loaded.model, inputs, use_cache=False, logits_to_keep=1))
        batch = Batch(loaded, dict(inputs))
        found.append({site.path: of(_tokens(batch, site, states[site.path])).mean(dim=0) for site in sites})
    return {path: torch.stack([means[path] for means in found]).mean(dim=0) for path in found[0]}


def from_image(inputs: Any, loaded: LoadedModel) -> Tensor:
    """`[B, L]`, true at the image's first token and at all behind it."""
    return image_mask(loaded.model, inputs).cumsum(dim=1).bool() & inputs["attention_mask"].bool()


def _tokens(batch: Batch, site: Site, states: Tensor) -> Tensor:
    """`[T, D]` in float32."""
    if site.stage == "prompt":
        return states[from_image(batch.inputs, batch.loaded).to(states.device)].float()
    return batch.tokens(states, site.stage)[0].float()


def _picture(number: int) -> Image:
    """Coarse and fine noise in colour."""
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 200, (HEIGHT // COARSE, WIDTH // COARSE, 3), dtype=np.uint8)
    fine = rng.integers(0, 56, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    return Image(coarse.repeat(COARSE, axis=0).repeat(COARSE, axis=1) + fine, ("noise",))


def _as_it_is(states: Tensor) -> Tensor:
    return states
