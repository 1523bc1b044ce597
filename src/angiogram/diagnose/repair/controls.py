"""Negative controls of a re-fit: what it brings back where nothing was learnt, and where nothing can be. [own]"""

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.repair.interface import Interface, encoder_output
from angiogram.model.load import LoadedModel, random_twin
from angiogram.probe.permutation import permuted_labels


def random_behind(loaded: LoadedModel, interface: Interface, seed: int) -> LoadedModel:
    """The model with random weights behind the interface: a map that rescues it as well proves nothing.

    Behind the encoder's output these are connector and language model (a connector may lie inside the encoder's
    module), behind the others the language model alone.
    """
    twin, anatomy, model = random_twin(loaded, seed), loaded.anatomy, loaded.model
    if interface == encoder_output(anatomy):
        before: tuple[str, ...] = (anatomy.encoder,)
        behind: tuple[str, ...] = (*interface.modules, anatomy.connector, *anatomy.deepstack)
    else:
        before, behind = ("",), (anatomy.llm,)
    head = {id(weight) for weight in model.get_output_embeddings().parameters()}
    kept = {
        name: weight
        for name, weight in model.state_dict(keep_vars=True).items()
        if _under(name, before) and not _under(name, behind) and id(weight) not in head
    }
    twin.model.load_state_dict(kept, strict=False)
    return twin


def _under(name: str, paths: tuple[str, ...]) -> bool:
    return any(not path or name.startswith(f"{path}.") for path in paths)


def exchanged_labels(
    labels: NDArray[np.int64], groups: NDArray[np.int64], taught: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """Labels `[N]`, those of the cases that teach handed around among their groups."""
    changed, everyone = labels.copy(), np.arange(len(taught))
    pair = (everyone, np.zeros(0, np.int64))
    changed[taught] = permuted_labels(labels[taught], [pair], 1, seed, groups[taught])[0]
    return changed
