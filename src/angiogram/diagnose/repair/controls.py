"""Negative controls of a re-fit: what it brings back where nothing was learnt, and where nothing can be. [own]"""

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.repair.interface import Interface, encoder_output
from angiogram.model.anatomy import Anatomy
from angiogram.model.load import LoadedModel, random_twin
from angiogram.probe.permutation import least_telling, permuted_labels

DRAWS = 100


def random_behind(loaded: LoadedModel, interface: Interface, seed: int) -> LoadedModel:
    """The model with random weights behind the interface: a map that rescues it as well proves nothing.

    Behind the encoder's output these are connector and language model (a connector may lie inside the encoder's
    module), behind the connector's output the language model, and behind the image tokens inside it the later blocks
    and the final norm; the output head in each case. All else keeps the model's own weights. A head whose weights are
    those of the token embeddings is the head nevertheless: the embeddings become random with it, and what image tokens
    read of the text before them then differs from the first block on.
    """
    twin, model = random_twin(loaded, seed), loaded.model
    before, behind = _sides(loaded.anatomy, interface)
    out = model.get_output_embeddings()
    head = {id(weight) for weight in out.parameters()} if out is not None else set[int]()
    kept = {
        name: weight
        for name, weight in model.state_dict(keep_vars=True).items()
        if _under(name, before) and not _under(name, behind) and id(weight) not in head
    }
    twin.model.load_state_dict(kept, strict=False)
    return twin


def _sides(anatomy: Anatomy, interface: Interface) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The modules before an interface, and those that are behind it nevertheless; empty for the whole model."""
    if interface == encoder_output(anatomy):
        return (anatomy.encoder,), (*interface.modules, anatomy.connector, *anatomy.deepstack)
    if interface.side == "image tokens":
        (block,) = interface.modules
        later = anatomy.llm_blocks[anatomy.llm_blocks.index(block) + 1 :]
        return ("",), (*later, _end(anatomy))
    return ("",), (anatomy.llm,)


def _end(anatomy: Anatomy) -> str:
    """The final norm, with the module around it where that holds no block."""
    path = anatomy.llm_norm
    while (around := path.rpartition(".")[0]) and not _under(anatomy.llm_blocks[0], (around,)):
        path = around
    return path


def _under(name: str, paths: tuple[str, ...]) -> bool:
    return any(not path or name.startswith(f"{path}.") for path in paths)


def exchanged_labels(
    labels: NDArray[np.int64], groups: NDArray[np.int64], taught: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """Labels `[N]`, those of the cases that teach handed around among their groups.

    Of many draws that which says least of the true labels. Chance leaves a little of them in each, and with few groups
    or classes more than a little: a closed-form map finds the class by so little, since all it takes is which way the
    classes' means lie.
    """
    own, pair = labels[taught], (np.arange(len(taught)), np.zeros(0, np.int64))
    drawn = permuted_labels(own, [pair], DRAWS, seed, groups[taught])  # [DRAWS, n]
    changed = labels.copy()
    changed[taught] = least_telling(own, drawn)
    return changed
