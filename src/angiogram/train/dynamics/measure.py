"""The spectra of one batch's gradients: on all that is trained, and on each module."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from angiogram.train.answer_losses import answer_losses
from angiogram.train.conflict.packed import packed_rows
from angiogram.train.dynamics.gram import gram_of_samples
from angiogram.train.dynamics.spectrum import Spectrum, spectrum

ALL = "all"
"""What the model itself is called among its modules."""


@dataclass(frozen=True)
class ModuleSpectrum:
    """Of one module.

    Attributes:
        module: its name in the model, or `all`.
        spectrum: of the batch's gradients on its trained parameters.
    """

    module: str
    spectrum: Spectrum


def dynamics(model: nn.Module, inputs: Mapping[str, Tensor], names: Iterable[str]) -> tuple[ModuleSpectrum, ...]:
    """How the gradients of a batch's answers share directions, on all that is trained and on each of these modules.

    It may be called between any two steps of a training, which goes on as if it had not been: see `gram_of_samples`.

    Args:
        model: in training or in evaluation; only trained parameters count.
        inputs: what `supervised` makes of n entries, with `labels`; on any device.
        names: of modules in the model, such as `Anatomy.parts`; those without a trained parameter are left out, and so
            are those on which every sample's gradient is zero.

    Returns:
        First that of `all`, then the modules' in their order.

    Raises:
        InputError: a module is not there, nothing is trained, samples cannot be told apart in one of the modules, or a
            gradient is not finite.
    """
    trained = [name for name in names if any(each.requires_grad for each in model.get_submodule(name).parameters())]
    device = next(model.parameters()).device
    losses, packed = answer_losses(inputs, device), packed_rows(model, inputs, device)
    grams = gram_of_samples(model, losses, len(inputs["labels"]), ["", *trained], packed)
    return tuple(ModuleSpectrum(name or ALL, spectrum(gram)) for name, gram in grams.items() if gram.any())
