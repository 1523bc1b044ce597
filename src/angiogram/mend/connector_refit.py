"""The re-fit of the ladder at the connector's output, folded into the connector's last linear layer.

The map stands behind the connector, so `W (x) -> W' x` with `W' = M^T W` and `b' = M^T b + o` says the same token for
token: the checkpoint is what the ladder tried, up to rounding. [own]
"""

from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.cache import Progress
from angiogram.diagnose.repair.affine import AffineMap
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.interface import connector_output
from angiogram.diagnose.repair.refit import refit
from angiogram.errors import InputError
from angiogram.mend.teaching import Teaching, one_group
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import first_step
from angiogram.tap.hooks import Enough

MOST = 192
"""Cases that teach, as on the ladder."""


def refit_connector(teaching: Teaching, progress: Progress) -> str:
    """Fit the maps, and put them into the model's weights.

    Returns:
        What was done, one sentence.

    Raises:
        InputError: a connector does not end in a linear layer that could hold its map, or no case can be held out.
    """
    asker, seed = teaching.asker, teaching.seed
    interface = connector_output(asker.loaded.anatomy)
    layers = {path: last_linear(asker, path, teaching.rows[:1].tolist()) for path in interface.modules}
    labels, calibrated = asker.cases.labels, teaching.stage == "S"
    made = refit(asker, interface, teaching.rows, labels, seed, progress, calibrated=calibrated)
    if made is None:
        raise one_group(asker.cases.name)
    for path, affine in made.maps.items():
        fold(affine, layers[path])
    return (
        f"An affine map of the connector's output, fitted on {made.described}, was folded into the connector's last "
        "linear layer."
    )


def last_linear(asker: Asker, path: str, rows: list[int]) -> nn.Linear:
    """The linear layer whose output is what the module at `path` gives, token for token.

    Args:
        asker: the model and its images.
        path: of a connector.
        rows: of the cases that are tried.

    Raises:
        InputError: there is none, or it has no bias to hold a shift.
    """
    loaded = asker.loaded
    module = loaded.model.get_submodule(path)
    seen: dict[nn.Module, Tensor] = {}

    def keep(layer: nn.Module, _: Any, output: Any) -> None:
        seen[layer] = output[0] if isinstance(output, tuple) else output
        if layer is module:
            raise Enough

    layers = [layer for layer in module.modules() if type(layer) is nn.Linear]
    handles = [layer.register_forward_hook(keep, prepend=True) for layer in dict.fromkeys([*layers, module])]
    try:
        with torch.no_grad(), suppress(Enough):
            loaded.model(**first_step(loaded.model, asker.inputs(rows), use_cache=False, logits_to_keep=1))
    finally:
        for handle in handles:
            handle.remove()
    given = seen[module].reshape(-1, seen[module].shape[-1])
    for layer in reversed(layers):
        said = seen.get(layer)
        if said is not None and said.numel() == given.numel() and torch.equal(said.reshape(given.shape), given):
            if layer.bias is None:  # pyright: ignore[reportUnnecessaryComparison] - of `bias=False`
                raise _unfoldable(loaded, "the last linear layer of its connector has no bias")
            return layer
    raise _unfoldable(loaded, "its connector does not end in a linear layer")


def _unfoldable(loaded: LoadedModel, why: str) -> InputError:
    return InputError(
        f"A re-fit of '{loaded.name}' cannot be kept in its weights: {why}; train the connector with --repair "
        "connector-training."
    )


@torch.no_grad()
def fold(affine: AffineMap, layer: nn.Linear) -> None:
    """Let the layer say what the map makes of it.

    >>> layer, affine = nn.Linear(3, 2), AffineMap(torch.ones(2), 1.0)
    >>> affine.begin(torch.tensor([[0.0, 1.0], [-1.0, 0.0]]), torch.zeros(2))
    >>> x = torch.randn(5, 3)
    >>> mapped = affine(layer(x))
    >>> fold(affine, layer)
    >>> torch.allclose(layer(x), mapped, atol=1e-6)
    True
    """
    matrix, offset = (each.double().to(layer.weight.device) for each in affine.matrix())
    layer.weight.copy_(matrix.T @ layer.weight.double())
    layer.bias.copy_(layer.bias.double() @ matrix + offset)
