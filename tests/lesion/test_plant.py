from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.plan import plan
from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.lesion.lesion import LESIONS, Half, Interface, lesion_named, lesions_of
from angiogram.lesion.material import Material
from angiogram.lesion.plant import planted, put_to
from tests.lesion.patients import tree_of


def test_the_registry_names_its_lesions_and_each_says_its_truth():
    found = {name: lesion_named(name) for name in LESIONS}
    assert [name for name, lesion in found.items() if lesion.name != name] == []
    assert set().union(*(lesion.truth for lesion in found.values())) == set(get_args(Fault))
    for lesion in found.values():
        assert lesion.truth
        for said in (lesion.description, lesion.why):
            assert said.endswith(".") and ". " not in said


def test_both_halves_are_about_as_large_and_reach_every_interface():
    tuning, frozen, balanced = ([lesion_named(name) for name in lesions_of(half)] for half in get_args(Half))
    assert (len(tuning), len(frozen)) == (27, 27) and len(tuning) + len(frozen) + len(balanced) == len(LESIONS)
    for half in (tuning, frozen):
        assert {lesion.interface for lesion in half} == set(get_args(Interface))
    planned = ("encoder-noise", "talks-around", "names-codes", "all-3-bits", "connector-scaled-down")
    assert {lesion_named(name).half for name in planned} == {"tuning"}


def test_the_balanced_part_has_three_kinds_for_each_fault_and_one_truth_for_each_kind():
    found = [lesion_named(name) for name in lesions_of("balanced")]
    assert sorted(sorted(lesion.truth) for lesion in found) == sorted([fault] for fault in get_args(Fault) * 3)


def test_what_is_asked_changes_and_the_cases_do_not(tiny, squares):
    cases = replace(squares, question="Which of these is it: {options}?")
    for name in ("names-german", "names-synonyms", "names-codes", "names-misspelt", "names-reversed"):
        asked = put_to(cases, name, 1.0, 0)
        assert len(set(asked.classes) | set(cases.classes)) == 2 * len(cases.classes), name
        assert (asked.labels == cases.labels).all() and asked.ask() != cases.ask()
        assert [replace(row, label="") for row in asked.rows] == [replace(row, label="") for row in cases.rows]
        assert asked.read is cases.read
    for name in ("question-open", "question-distracting"):
        asked = put_to(cases, name, 1.0, 0)
        assert asked.rows == cases.rows and asked.classes == cases.classes and asked.ask() != cases.ask()
    for name in LESIONS:
        assert put_to(cases, name, 0.0, 0) is cases
    assert put_to(cases, "encoder-noise", 1.0, 0) is cases


def test_caches_see_another_question_and_other_names(tiny, squares):
    cases = replace(squares, question="Which of these is it: {options}?")
    asked = np.zeros(len(cases), bool)

    def print_of(name, strength):
        put, hashes = put_to(cases, name, strength, 0), [""] * len(cases)
        return fingerprint(plan(tiny, put, asked), put, hashes)

    intact = print_of("names-codes", 0.0)
    for name, keys in (("names-codes", {"answers", "cases", "prompt"}), ("question-open", {"prompt"})):
        found = print_of(name, 1.0)
        assert {key for key in found if found[key] != intact[key]} == keys


def test_what_cannot_be_asked_is_refused(squares):
    with pytest.raises(InputError, match="as open as it can be"):
        put_to(put_to(squares, "question-open", 1.0, 0), "question-open", 1.0, 0)
    label = {name: f"thing {i}" for i, name in enumerate(squares.classes)}
    rows = tuple(replace(row, label=label[row.label]) for row in squares.rows)
    unknown = replace(squares, classes=tuple(label.values()), rows=rows)
    with pytest.raises(InputError, match="No german name is known for the class 'thing 0'; known are"):
        put_to(unknown, "names-german", 1.0, 0)


def test_a_lesion_that_is_not_graded_is_there_or_not(tiny, squares):
    with pytest.raises(InputError, match=r"its strength is 0 or 1, not 0\.5"), planted(tiny, "all-3-bits", 0.5, 0):
        pass
    with pytest.raises(InputError, match=r"its strength is 0 or 1, not 0\.5"):
        put_to(squares, "names-codes", 0.5, 0)


def test_weights_on_disk_are_refused(tiny):
    tiny.model.model.language_model.layers[0].to("meta")
    with pytest.raises(InputError, match="kept on disk or in whole numbers"), planted(tiny, "all-3-bits", 1.0, 0):
        pass


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
