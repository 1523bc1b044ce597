"""Inner products of the tasks' gradients on each module."""

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from angiogram.errors import InputError, unknown
from angiogram.train.conflict.task_gradients import Losses, samples_of, visit_task_gradients


class GramianSum:
    """Adds up `g_i . g_j` over the parameters of each module, block by block.

    Attributes:
        found: `[m, m]` in float64 of each module; zeros until something is added.

    Args:
        inside: names of the modules that hold each parameter.
        names: of the modules.
        count: m, the number of tasks.
    """

    def __init__(self, inside: Mapping[nn.Parameter, list[str]], names: Iterable[str], count: int) -> None:
        self.found = {name: torch.zeros(count, count, dtype=torch.float64) for name in names}
        self._inside = inside

    def visit(self, parameter: nn.Parameter, block: Tensor) -> None:
        """Add a block of the m gradients, `[m, K]`."""
        products = (block @ block.T).to("cpu", torch.float64)
        for name in self._inside[parameter]:
            self.found[name] += products


def gramians(
    model: nn.Module, losses: Losses, tasks: Tensor, modules: Iterable[str], packed: Sequence[Tensor] = ()
) -> dict[str, Tensor]:
    """The Gramian `g_i . g_j` of the gradients of m tasks' mean losses, over all parameters of each module.

    One forward and one backward pass; the m gradients of no module ever exist together (`visit_task_gradients`).

    Args:
        model: whose trainable parameters count.
        losses: from the model to the loss of each sample, `[B]`.
        tasks: number of each sample's task, `[B]`, from 0 to m - 1.
        modules: their names in the model; they may hold each other. The empty name is the model itself.
        packed: see `visit_task_gradients`.

    Returns:
        Of each module `[m, m]`, float64, on the CPU; zeros where its parameters get no gradient.

    Raises:
        InputError: a module is not there or has nothing to train, and what `visit_task_gradients` refuses.

    >>> layer = nn.Linear(2, 1, bias=False)
    >>> x = torch.tensor([[1.0, 0.0], [-3.0, 2.0]])
    >>> gramians(layer, lambda m: m(x)[:, 0], torch.tensor([0, 1]), [""])[""]
    tensor([[ 1., -3.],
            [-3., 13.]], dtype=torch.float64)
    """
    names = list(modules)
    inside = holders(model, names)
    total = GramianSum(inside, names, len(samples_of(tasks)))
    visit_task_gradients(model, losses, tasks, inside, total.visit, packed)
    return total.found


def holders(model: nn.Module, modules: Iterable[str]) -> dict[nn.Parameter, list[str]]:
    """Which of these modules hold each trainable parameter.

    Raises:
        InputError: a module is not there or has nothing to train.

    >>> model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.ReLU())
    >>> list(holders(model, ["", "0"]).values())
    [['', '0']]
    """
    known = dict(model.named_modules())
    inside: dict[nn.Parameter, list[str]] = {}
    for name in modules:
        if name not in known:
            raise unknown("module", name, known)
        trainable = [parameter for parameter in known[name].parameters() if parameter.requires_grad]
        if not trainable:
            raise InputError(f"Module '{name}' has no parameter that is trained.")
        for parameter in trainable:
            inside.setdefault(parameter, []).append(name)
    return inside
