"""Negative controls of a re-fit: what it brings back where nothing was learnt, and where nothing can be. [own]"""

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.repair.interface import Interface, encoder_output
from angiogram.model.load import LoadedModel, random_twin
from angiogram.probe.permutation import permuted_labels


def random_behind(loaded: LoadedModel, interface: Interface, seed: int) -> LoadedModel:
    """The model with random weights behind the interface: a map that rescues it as well proves nothing.

    Encoder and connector stay as they are where they stand before it.
    """
    twin, anatomy = random_twin(loaded, seed), loaded.anatomy
    kept = [anatomy.encoder]
    if interface != encoder_output(anatomy):
        kept += [anatomy.connector, *anatomy.deepstack]
    for path in kept:
        twin.model.get_submodule(path).load_state_dict(loaded.model.get_submodule(path).state_dict())
    return twin


def exchanged_labels(
    labels: NDArray[np.int64], groups: NDArray[np.int64], taught: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """Labels `[N]`, those of the cases that teach handed around among their groups."""
    changed, everyone = labels.copy(), np.arange(len(taught))
    pair = (everyone, np.zeros(0, np.int64))
    changed[taught] = permuted_labels(labels[taught], [pair], 1, seed, groups[taught])[0]
    return changed
