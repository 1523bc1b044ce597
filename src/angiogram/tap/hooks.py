"""Hooks that pool in place: of every tapped tensor only a few rows survive the forward pass."""

from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.tap.pooling import IMAGE_ROWS
from angiogram.tap.stages import Pool
from angiogram.tap.taps import Stage, Tap


class Enough(Exception):  # noqa: N818 - it ends a forward pass early and is no error
    """All that is wanted was read; what comes behind it is not needed."""


@contextmanager
def pooled_hooks(
    model: nn.Module, taps: Sequence[Tap], poolings: Mapping[Stage, Pool], *, stop: bool = False
) -> Generator[dict[str, Tensor]]:
    """Collect the pooled rows of every module tap during one forward pass inside the context.

    Args:
        model: the tapped model; its hooks are removed on leaving, whatever happens.
        taps: in the order of the flow; several may share a module.
        poolings: of the batch, by stage.
        stop: leave the context as soon as the last tap is read, without the rest of the forward pass.

    Yields:
        A dictionary that the forward fills: tap name -> `[B, 5, D]` for image taps, `[B, 1, D]` for last-token taps.

    Raises:
        InputError: an encoder block is called a second time.
    """
    pooled: dict[str, Tensor] = {}
    places: dict[tuple[str, str], list[Tap]] = defaultdict(list)
    for tap in taps:
        if tap.site != "pixels":
            places[tap.module, tap.site].append(tap)
    handles: list[Any] = []
    try:
        for number, ((path, site), here) in enumerate(places.items(), start=1):
            last = stop and number == len(places)
            handles.append(_hook(model.get_submodule(path), site, here, poolings[here[0].stage], pooled, last))
        yield pooled
    except Enough:
        pass
    finally:
        for handle in handles:
            handle.remove()


def _hook(module: nn.Module, site: str, taps: list[Tap], pool: Pool, pooled: dict[str, Tensor], last: bool) -> Any:
    def keep(states: Tensor) -> None:
        if taps[0].name in pooled:
            if taps[0].stage == "encoder":
                raise InputError(
                    f"The encoder's '{taps[0].module}' is called several times for these images, as where tiles and "
                    "the whole of an image go through it one behind the other, but a tap reads one call; give the "
                    "model images that it does not cut into tiles."
                )
            return  # Ovis 2 looks up its markers of an image in the table that is its connector, behind the image
        rows = pool(states)  # [B, R, D]
        for tap in taps:
            if tap.stage != "prompt":
                pooled[tap.name] = rows
            else:
                pooled[tap.name] = rows[:, :IMAGE_ROWS] if tap.stream == "image" else rows[:, IMAGE_ROWS:]
        if last:
            raise Enough

    def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        keep(args[0] if args else next(value for value in kwargs.values() if isinstance(value, Tensor)))

    def after(_: nn.Module, __: Any, output: Any) -> None:
        keep(output[0] if isinstance(output, tuple) else output)

    if site == "input":
        return module.register_forward_pre_hook(before, with_kwargs=True)
    return module.register_forward_hook(after)
