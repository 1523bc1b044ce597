"""What says the same in another way: likelihoods stay, and the weights come back."""

import pytest
import torch

from angiogram.answer.likelihood import tree_log_likelihoods
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.lesion.harmless.change import HARMLESS, harmless_named, unharmed
from angiogram.lesion.subject import Subject
from tests.lesion.patients import noise_images, read, tree_of
from tests.lesion.test_families import hooks

NAMES = [name for name in HARMLESS if harmless_named(name).plant is not None]
REFUSED = {
    ("encoder-basis-rotated", "gemma3"): "does not read the encoder's output by a linear layer",
    ("encoder-basis-rotated", "qwen2_vl"): "does not read the encoder's output by a linear layer",
    ("connector-units-permuted", "gemma3"): "no hidden units between two linear layers",
}


@pytest.mark.parametrize("family", ["angiogram", "llava", "gemma3", "qwen2_vl", "mllama"])
def test_likelihoods_stay_and_nothing_of_it_does(load_family, squares, family):
    loaded, images = load_family(family), noise_images()
    examined = examine(squares)
    subject = Subject(loaded, examined, assign(examined.cases, 3, 0), None, Settings())
    weights = {name: weight.clone() for name, weight in loaded.model.state_dict().items()}
    intact, standing = read(loaded, images), hooks(loaded)
    before = tree_log_likelihoods(intact.logits, tree_of(loaded))
    kernels = loaded.model.config._attn_implementation, loaded.model.config.text_config._attn_implementation
    for name in NAMES:
        said = REFUSED.get((name, family), "hidden units" if (name, family)[0] == "connector-units-permuted" else "")
        try:
            with unharmed(subject, name) as same:
                assert same.loaded.revision != loaded.revision
                found = read(same.loaded, images)
        except InputError as error:
            assert said and said in str(error), (name, error)
        else:
            assert (name, family) not in REFUSED
            after = tree_log_likelihoods(found.logits, tree_of(loaded))
            torch.testing.assert_close(after, before, rtol=0, atol=1e-4, msg=name)
            if name == "encoder-basis-rotated":
                moved = found.pooled["encoder.out"] - intact.pooled["encoder.out"]
                assert float(moved.abs().max()) > 0.1
        assert hooks(loaded) == standing, name
        assert all(torch.equal(weight, weights[key]) for key, weight in loaded.model.state_dict().items()), name
    assert kernels == (
        loaded.model.config._attn_implementation,
        loaded.model.config.text_config._attn_implementation,
    )
    assert torch.equal(read(loaded, images).logits, intact.logits)
