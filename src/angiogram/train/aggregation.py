"""Several tasks' losses to one step: TorchJD's aggregations of their gradients and scalarisations of the losses.

Quinton & Rey, "Jacobian Descent for Multi-Objective Optimization", arXiv 2406.16232; each method's own paper stands in
TorchJD's documentation. Left out are methods that remember from step to step (GradVac, NashMTL, FAMO, uncertainty
weighting and others), since a training that goes on after an interruption would not find what they knew; methods that
need two batches a step (MoDo, SDMGrad); and those that guard against broken workers rather than conflict (Krum, trimmed
mean).
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from inspect import Parameter, signature
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.errors import InputError, reason_of, unknown
from angiogram.registry import registered

PLAIN = "mean"
"""The mean of the losses, which is what a training without any of this does, and which needs no package."""
AGGREGATORS = {
    "aligned_mtl": "torchjd.aggregation:AlignedMTL",
    "cagrad": "torchjd.aggregation:CAGrad",
    "config": "torchjd.aggregation:ConFIG",
    "dualproj": "torchjd.aggregation:DualProj",
    "fairgrad": "torchjd.aggregation:FairGrad",
    "graddrop": "torchjd.aggregation:GradDrop",
    "imtl_g": "torchjd.aggregation:IMTLG",
    "mgda": "torchjd.aggregation:MGDA",
    "pcgrad": "torchjd.aggregation:PCGrad",
    "upgrad": "torchjd.aggregation:UPGrad",
}
"""Of the tasks' gradients; all of these are in memory at once."""
SCALARIZATIONS = {
    "constant": "torchjd.scalarization:Constant",
    "cosmos": "torchjd.scalarization:COSMOS",
    "geometric_mean": "torchjd.scalarization:GeometricMean",
    "pbi": "torchjd.scalarization:PBI",
    "random": "torchjd.scalarization:Random",
    "stch": "torchjd.scalarization:STCH",
    "sum": "torchjd.scalarization:Sum",
}
"""Of the losses: one backward pass."""
NAMES = (PLAIN, *AGGREGATORS, *SCALARIZATIONS)
CODE = ("f", "projector")  # settings that are no numbers
NOT_SOLVED: type[Exception] = torch.linalg.LinAlgError  # pyright: ignore[reportPrivateImportUsage] - torch documents it

Setting = float | str | Mapping[str, float]
"""A number or a word, or a number for each task by the task's name."""


def aggregated_backward(
    parameters: Iterable[nn.Parameter],
    losses: Mapping[str, Tensor],
    name: str = PLAIN,
    settings: Mapping[str, Setting] | None = None,
) -> None:
    """Add to the parameters' `.grad` what a step is to follow, in the place of `loss.backward()`.

    Every call with the same losses, parameters and random numbers of torch adds the same. Gradients that are not finite
    are added up, so that what is to be followed is not finite either.

    Args:
        parameters: that are trained; of one rank, as the ranks' gradients are not brought together here.
        losses: each task's mean loss, `[]`, by the task's name.
        name: `mean`, or a name in `AGGREGATORS` or `SCALARIZATIONS`.
        settings: of the method, by TorchJD's names.

    Raises:
        InputError: there is no such method or setting, a setting or a loss is out of its bounds, or TorchJD or what the
            method needs is not installed.

    >>> weight = nn.Parameter(torch.tensor([1.0, 1.0]))
    >>> aggregated_backward([weight], {"vqa": weight[0] ** 2, "report": 3 * weight[1]})
    >>> weight.grad
    tensor([1.0000, 1.5000])
    """
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    values = list(losses.values())
    if name == PLAIN:
        return torch.stack(values).mean().backward(inputs=trained)
    method = _method(name, settings or {}, losses)
    try:
        if name in SCALARIZATIONS:
            return method(torch.stack(values)).backward(inputs=trained)
        autojac = import_module("torchjd.autojac")
        autojac.backward(values, inputs=trained, parallel_chunk_size=1)  # more at once would need vmap
        found = [jacobian for each in trained if (jacobian := getattr(each, "jac", None)) is not None]
        if not all(bool(jacobian.isfinite().all()) for jacobian in found):
            method = import_module("torchjd.aggregation").Sum()  # of numbers that are none: whoever looks sees it
        autojac.jac_to_grad(trained, method)
    except (ValueError, NOT_SOLVED) as error:
        raise InputError(f"The aggregation '{name}' cannot be computed: {reason_of(error)}.") from error


def _method(name: str, settings: Mapping[str, Setting], losses: Mapping[str, Tensor]) -> Any:
    known = {PLAIN: "", **AGGREGATORS, **SCALARIZATIONS}
    try:
        cls = registered("aggregation", name, known)
        takes = [each for each in signature(cls).parameters.values() if each.name not in CODE]
        for key in settings:
            if key not in [each.name for each in takes]:
                raise unknown(f"setting of the aggregation '{name}'", key, [each.name for each in takes])
        for each in takes:
            if each.default is Parameter.empty and each.name not in settings:
                raise InputError(f"The aggregation '{name}' needs the setting '{each.name}'.")
        given: dict[str, Any] = {key: _tensor(key, value, losses) for key, value in settings.items()}
        if "projector" in signature(cls).parameters:
            given["projector"] = import_module("angiogram.train.dual_cone").LeastSquaresProjector()
        return cls(**given)
    except ImportError as error:
        raise InputError(
            f"The aggregation '{name}' needs TorchJD and its solvers: `pip install 'angiogram[aggregation]'`."
        ) from error
    except (TypeError, ValueError) as error:
        raise InputError(f"The aggregation '{name}' cannot be set so: {reason_of(error)}.") from error


def _tensor(key: str, value: Setting, losses: Mapping[str, Tensor]) -> float | str | Tensor:
    """One number a task as TorchJD takes it, in the losses' order."""
    if not isinstance(value, Mapping):
        return value
    for task in losses:
        if task not in value:
            raise InputError(f"The setting '{key}' has no number for the task '{task}'.")
    like = next(iter(losses.values()))
    return torch.tensor([value[task] for task in losses], dtype=like.dtype, device=like.device)
