"""A map behind a connector and the same map in its weights are one model; where that cannot be, it is said."""

import numpy as np
import pytest
import torch

from angiogram.answer.labels import label_tree
from angiogram.data.cases import Case, Cases
from angiogram.diagnose.repair.affine import AffineMap
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.fit import standing
from angiogram.diagnose.repair.interface import connector_output
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.mend.connector_refit import fold, last_linear
from angiogram.model.load import load_model
from angiogram.model.prompt import chat
from tests.model.tiny import write_tiny

CLASSES = ("left kidney", "liver")
ROWS = np.arange(2)


def asking(name, folder) -> Asker:
    """A model of a family of its own, so that its weights may change."""
    write_tiny(name, folder)
    loaded = load_model(str(folder), folder, lambda _: None)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 56, 56), dtype=np.uint8)
    rows = tuple(Case(str(i), f"noise#{i}", CLASSES[i], str(i)) for i in ROWS)
    cases = Cases("noise", rows, CLASSES, lambda row: Image(pixels[int(row.id)], ()), "Which is it?")
    tree = label_tree(loaded.processor.tokenizer, CLASSES)
    return Asker(loaded, tree, cases, ((56, 56),) * 2, chat(loaded.processor, cases.question), 2)


def drawn(width: int) -> AffineMap:
    torch.manual_seed(3)
    affine = AffineMap(torch.randn(width), 0.7)
    affine.begin(torch.eye(width) + 0.3 * torch.randn(width, width), torch.randn(width))
    affine.change, affine.shift = 0.1 * torch.randn(width, width), torch.randn(width)
    return affine


@pytest.mark.parametrize("name", ["llava", "qwen2_5_vl", "qwen3_vl", "internvl", "paligemma"])
def test_the_folded_map_is_the_map_that_stood_behind_the_connector(name, tmp_path):
    asker = asking(name, tmp_path)
    interface = connector_output(asker.loaded.anatomy)
    layers = {path: last_linear(asker, path, [0]) for path in interface.modules}
    maps = {path: drawn(layer.out_features) for path, layer in layers.items()}
    plain, mapped = asker.likelihoods(ROWS), asker.likelihoods(ROWS, standing(asker, interface, maps))
    for path, affine in maps.items():
        fold(affine, layers[path])
    assert not np.allclose(plain, mapped, atol=1e-3)
    np.testing.assert_allclose(asker.likelihoods(ROWS), mapped, atol=1e-3)


@pytest.mark.parametrize(("name", "why"), [("gemma3", "does not end in a linear layer"), ("idefics3", "has no bias")])
def test_what_has_no_place_for_a_map_is_to_be_trained(name, why, tmp_path):
    asker = asking(name, tmp_path)
    with pytest.raises(InputError, match=f"{why}; train the connector with --repair connector-training"):
        last_linear(asker, asker.loaded.anatomy.connector, [0])
