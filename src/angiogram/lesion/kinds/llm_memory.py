"""Language model: what its blocks keep of the image for later tokens to read is constant, or drowned in noise.

The image's tokens stand in the language model as before; their keys and values do not hold them.
"""

from collections.abc import Callable
from functools import partial

from torch import Tensor

from angiogram.errors import InputError
from angiogram.lesion.blocks import projection_of
from angiogram.lesion.handover import Site
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.noise import drowned, token_noise
from angiogram.lesion.planting import Planting
from angiogram.lesion.reference import reference_means, reference_spreads
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel
from angiogram.tap.attention import image_readers

WHY = "The image reaches the language model in its own terms, and no later token can read it."
MEMORY = ("k_proj", "v_proj")
# (key of an image, its keys or values [T, d] in float32) -> [T, d]
Kept = Callable[[int, Tensor], Tensor]


def _constant(planting: Planting) -> LoadedModel:
    """Give all tokens of an image that is hit one key and one value in each block: the usual ones of noise pictures."""
    sites = _sites(planting.loaded)
    means = reference_means(planting.loaded, sites)
    for site in sites:
        usual = means[site.path]

        def kept(key: int, tokens: Tensor, usual: Tensor = usual) -> Tensor:
            return usual.to(tokens).expand_as(tokens) if planting.hits(key) else tokens

        planting.rewrite(site, partial(_at_image, planting, kept))
    return planting.loaded


def _drowned(planting: Planting) -> LoadedModel:
    """Drown keys and values of an image's tokens in noise of their usual size, other noise in each block.

    Of values alone later tokens could still tell how much they look at the image, which is the keys' to say.
    """
    sites = _sites(planting.loaded)
    spreads = reference_spreads(planting.loaded, sites)
    for site in sites:
        planting.rewrite(site, partial(_at_image, planting, partial(_noisy, planting, site.path, spreads[site.path])))
    return planting.loaded


def _noisy(planting: Planting, path: str, spread: Tensor, key: int, tokens: Tensor) -> Tensor:
    noise = token_noise(planting, path, key, *tokens.shape).to(tokens.device)
    return drowned(tokens, noise * spread, planting.strength)


def _sites(loaded: LoadedModel) -> list[Site]:
    """The projections of keys and values in every block that reads the image.

    Raises:
        InputError: no image tokens stand in the prompt, or a block has no such projection.
    """
    if not loaded.anatomy.image_tokens:
        raise InputError(f"No image tokens stand in the prompt of '{loaded.name}' that its blocks could keep.")
    sites: list[Site] = []
    for index in image_readers(loaded):
        path = loaded.anatomy.llm_blocks[index]
        block = loaded.model.get_submodule(path)
        inside = {module: name for name, module in block.named_modules()}
        sites += [Site(f"{path}.{inside[projection_of(block, name)]}", "output", "prompt") for name in MEMORY]
    return sites


def _at_image(planting: Planting, kept: Kept, states: Tensor) -> Tensor:
    """`[B, L, d]` of the prompts; tokens behind them are no image's."""
    batch = planting.shown.batch
    if batch is None or not planting.shown.first:
        return states
    changed, image = states.clone(), image_mask(planting.loaded.model, batch.inputs).to(states.device)  # [B, L]
    for row, (key, here) in enumerate(zip(batch.keys, image, strict=True)):
        changed[row, here] = kept(key, states[row, here].float()).to(states.dtype)
    return changed


CONSTANT = Lesion(
    "llm-memory-constant", "language model", frozenset({"language model"}), "balanced",
    "For a share of the images all image tokens have one key and one value in each block of the language model.", WHY,
    _constant,
)  # fmt: skip
DROWNED = Lesion(
    "llm-memory-drowned", "language model", frozenset({"language model"}), "balanced",
    "Keys and values of the image tokens are drowned in noise in every block of the language model.", WHY, _drowned,
)  # fmt: skip
