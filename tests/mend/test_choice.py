"""Which repair a diagnosis names: the least, and none where no weight is to change."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from angiogram.diagnose.terms import Fault
from angiogram.mend.choice import chosen_repair
from angiogram.mend.repairs import MENDS, RECIPES, REPAIRS, repairs_of
from angiogram.train.recipe import read_recipe
from tests.diagnose.made import ladder, rung


@dataclass(frozen=True)
class Found:
    """As much of a diagnosis as names a repair."""

    fault: tuple[Fault, ...] = ()
    among: tuple[Fault, ...] = ()
    ladder: Any = field(default_factory=ladder)


def chosen(found: Found, wanted=None):
    return chosen_repair(cast(Any, found), wanted)


@pytest.mark.parametrize(
    ("fault", "least", "larger"),
    [
        (("words",), "class-words", ("llm-lora",)),
        (("format",), "class-words", ("llm-lora",)),
        (("hand-over",), "connector-refit", ("connector-training",)),
        (("connector", "hand-over"), "connector-refit", ("connector-training",)),
        (("connector",), "connector-training", ()),
        (("hand-over", "language model"), "connector-refit", ("connector-training", "llm-lora")),
        (("language model",), "llm-lora", ()),
        (("vision", "connector"), "connector-training", ("encoder-tuning",)),
        (("vision",), "encoder-tuning", ()),
    ],
)
def test_the_least_repair_of_each_fault(fault, least, larger):
    found = chosen(Found(fault))
    assert (found.repair, found.larger) == (least, larger)
    assert found.why == f"The diagnosis names {' or '.join(fault)}. This is the least repair of it."


def test_every_fault_has_a_repair_and_every_repair_a_fault():
    assert {repair for repairs in MENDS.values() for repair in repairs} == set(REPAIRS)
    assert all(repairs_of((fault,)) == repairs for fault, repairs in MENDS.items())


def test_every_recipe_trains_the_part_that_it_is_for():
    parts = [[*read_recipe(name).stages[-1].trained()] for name in RECIPES.values()]
    assert parts == [["connector"], ["llm"], ["encoder"]]


def test_without_a_fault_nothing_is_mended():
    for found in (Found(), Found(among=("vision", "connector", "words"))):
        assert chosen(found).repair is None and "--repair NAME" in chosen(found).why
    assert (
        "vision, connector and words may have a part in it" in chosen(Found(among=("vision", "connector", "words"))).why
    )


def test_images_that_are_prepared_otherwise_need_no_weight():
    prepared = Found(("hand-over",), ladder=ladder(rung("input", "brings it back")))
    assert chosen(prepared).repair is None and "without a weight: input was repaired." in chosen(prepared).why
    assert chosen(Found(("words",), ladder=prepared.ladder)).repair == "class-words"


def test_a_user_may_choose():
    asked = chosen(Found(("hand-over",)), "connector-refit")
    assert asked.why == "It was asked for. The diagnosis names it, too." and asked.larger == ("connector-training",)
    other = chosen(Found(("words",)), "encoder-tuning")
    assert other.why == "It was asked for. The diagnosis names words." and other.larger == ()
