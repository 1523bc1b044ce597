"""Hooks that pool in place: of every tapped tensor only a few rows survive the forward pass."""

from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from angiogram.tap.pooling import IMAGE_ROWS, grid_weights
from angiogram.tap.taps import Tap

PIXEL_SIDE = 16


@contextmanager
def pooled_hooks(model: nn.Module, taps: Sequence[Tap], weights: Tensor) -> Generator[dict[str, Tensor]]:
    """Collect the pooled rows of every module tap during one forward pass inside the context.

    Args:
        model: the tapped model; its hooks are removed on leaving, whatever happens.
        taps: several taps may share a module.
        weights: `[B, 6, L]` of `prompt_weights`, for taps inside the LLM.

    Yields:
        A dictionary that the forward fills: tap name -> `[B, 5, D]` for image taps, `[B, 1, D]` for last-token taps.
    """
    pooled: dict[str, Tensor] = {}
    places: dict[tuple[str, str], list[Tap]] = defaultdict(list)
    for tap in taps:
        if tap.site != "pixels":
            places[tap.module, tap.site].append(tap)
    handles: list[Any] = []
    try:
        for (path, site), here in places.items():
            module = model.get_submodule(path)
            handles.append(_hook(module, site, here, weights, pooled))
        yield pooled
    finally:
        for handle in handles:
            handle.remove()


def pool_pixels(pixel_values: Tensor) -> Tensor:
    """The `pixels` tap: `[B, C, H, W]` as the encoder receives it -> `[B, 1, C * 16 * 16]`, averaged over squares."""
    return adaptive_avg_pool2d(pixel_values.float(), PIXEL_SIDE).flatten(1)[:, None]


def _hook(module: nn.Module, site: str, taps: list[Tap], weights: Tensor, pooled: dict[str, Tensor]) -> Any:
    def keep(states: Tensor) -> None:
        rows = _pool(states, taps[0], weights)  # [B, R, D]
        for tap in taps:
            if tap.part != "llm":
                pooled[tap.name] = rows
            else:
                pooled[tap.name] = rows[:, :IMAGE_ROWS] if tap.stream == "image" else rows[:, IMAGE_ROWS:]

    def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        keep(args[0] if args else kwargs["hidden_states"])

    def after(_: nn.Module, __: Any, output: Any) -> None:
        keep(output[0] if isinstance(output, tuple) else output)

    if site == "input":
        return module.register_forward_pre_hook(before, with_kwargs=True)
    return module.register_forward_hook(after)


def _pool(states: Tensor, tap: Tap, weights: Tensor) -> Tensor:
    """`[B, L, D]` -> `[B, R, D]` in float32."""
    if tap.part == "llm":
        return torch.bmm(weights.to(states), states).float()
    patches = states[:, tap.class_tokens :]
    return (grid_weights(patches.shape[1]).to(states) @ patches).float()
