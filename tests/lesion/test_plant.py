import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.lesion.lesion import LESIONS, lesion_named
from angiogram.lesion.material import Material
from angiogram.lesion.plant import planted
from tests.lesion.patients import tree_of


def test_the_registry_names_its_lesions_and_their_stages():
    stages = {name: lesion_named(name).stage for name in LESIONS}
    assert [name for name in LESIONS if lesion_named(name).name != name] == []
    assert set(stages.values()) == {"vision", "connector", "comprehension", "mapping"}
    for name in LESIONS:
        said = lesion_named(name).description
        assert said.endswith(".") and ". " not in said


def test_an_unknown_lesion_is_answered_with_the_nearest(tiny):
    with (
        pytest.raises(InputError, match=r"no lesion 'encoder-noize'.*did you mean 'encoder-noise'"),
        planted(tiny, "encoder-noize", 0.5, 0),
    ):
        pass


@pytest.mark.parametrize("strength", [-0.1, 1.01, float("nan")])
def test_a_strength_is_from_0_to_1(tiny, strength):
    with pytest.raises(InputError, match="from 0 to 1"), planted(tiny, "encoder-noise", strength, 0):
        pass


def test_name_and_revision_say_lesion_strength_seed_and_material(tiny):
    rows, labels = np.random.default_rng(0).normal(size=(12, 1, 32)), np.arange(12) % 3
    known = Material(features={"connector.out": rows}, labels=labels)
    other = Material(features={"connector.out": rows + 1}, labels=labels)
    asked = [
        ("encoder-noise", 0.0, 0, known), ("encoder-noise", 0.5, 0, known), ("encoder-noise", 0.5, 1, known),
        ("llm-noise", 0.5, 1, known), ("connector-rotation", 0.5, 1, known), ("connector-rotation", 0.5, 1, other),
    ]  # fmt: skip
    seen = {tiny.revision}
    for name, strength, seed, material in asked:
        with planted(tiny, name, strength, seed, material) as ill:
            assert ill.name == f"{tiny.name} with {name} at {strength:g} (seed {seed})"
            assert ill.model is tiny.model and ill.anatomy == tiny.anatomy
            seen.add(ill.revision)
    assert len(seen) == 1 + len(asked)
    with planted(tiny, "llm-noise", 0.5, 1, known) as one, planted(tiny, "llm-noise", 0.5, 1, known) as again:
        assert one.revision == again.revision


@pytest.mark.parametrize(
    ("material", "words"),
    [
        (Material(), "needs features of training cases at the tap 'connector.out'"),
        (Material(features={"connector.out": np.zeros((3, 1, 4))}), "with 0 labels it must be"),
        (Material(features={"connector.out": np.zeros((3, 4))}, labels=np.zeros(3, np.int64)), "has|have shape"),
    ],
)
def test_missing_features_are_refused(tiny, material, words):
    for name in ("connector-subspace", "connector-rotation"):
        with pytest.raises(InputError, match=words), planted(tiny, name, 0.5, 0, material):
            pass


def test_a_digest_tells_materials_apart(tiny):
    features, labels = np.arange(12.0).reshape(6, 1, 2), np.arange(6) % 2
    made = [
        Material(), Material(tree_of(tiny)), Material(features={"connector.out": features}, labels=labels),
        Material(features={"connector.out": features.reshape(2, 6).T.reshape(6, 1, 2)}, labels=labels),
        Material(features={"connector.out": features}, labels=1 - labels),
    ]  # fmt: skip
    assert len({material.digest for material in made}) == len(made)
    assert Material(tree_of(tiny)).digest == Material(tree_of(tiny)).digest
