"""Known changes in made-up runs: each is found where it was made, and called what it is."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from angiogram.compare.difference import first_difference
from angiogram.compare.locate import locate
from angiogram.compare.together import read_together
from angiogram.errors import InputError
from tests.compare.stores import (
    RIGHT,
    TAPS,
    WRONG,
    N,
    faint,
    from_tap,
    gone,
    hardly,
    healthy,
    made,
    rounded,
    turned,
)  # fmt: skip


@cache
def before():
    return made(healthy())


def located(*args, **kwargs):
    return locate(before(), made(*args, **kwargs))


@pytest.mark.parametrize(
    ("tap", "shift", "fault", "place"),
    [
        ("encoder.block.0", gone, ("vision",), "encoder"),
        ("encoder.out", gone, ("vision",), "encoder"),
        ("encoder.out", turned, ("hand-over",), "encoder"),
        ("encoder.out", faint, ("hand-over",), "encoder"),
        ("connector.out", gone, ("connector",), "connector"),
        ("connector.out", turned, ("hand-over",), "connector"),
        ("connector.out", faint, ("hand-over",), "connector"),
        ("llm.in", turned, ("language model", "hand-over"), "language model"),
        ("llm.block.0@image", turned, ("language model",), "language model"),
        ("llm.block.0@last", gone, ("language model",), "language model"),
        ("llm.norm@last", gone, ("language model",), "language model"),
        ("llm.norm@last", hardly, ("words", "language model"), "language model"),
    ],
)
def test_a_change_is_found_where_it_was_made(tap, shift, fault, place):
    found = located(from_tap(tap, shift), WRONG, WRONG)
    assert (found.fault, found.place, found.first_tap) == (fault, place, tap)
    last = TAPS[TAPS.index(tap) - 1]
    assert f"The first tap whose features differ is {tap}; up to {last} they are equal, bit for bit." in found.evidence


def test_all_equal_up_to_the_last_token_leaves_words_and_format():
    names_others = np.zeros(N, bool)
    assert located(healthy(), WRONG, WRONG).fault == ("words",)
    found = located(healthy(), RIGHT, WRONG, ~WRONG)
    assert (found.fault, found.place, found.first_tap) == (("format",), "answer", None)
    assert located(healthy(), RIGHT, WRONG, names_others).fault == ("words", "format")
    assert any("equal at every tap, bit for bit" in sentence for sentence in found.evidence)


def test_another_question_is_the_change_where_the_image_side_is_equal():
    asked = from_tap("llm.block.0@last", turned)
    assert located(asked, WRONG, WRONG, prompt="another").fault == ("words",)
    assert located(asked, RIGHT, WRONG, prompt="another").fault == ("format",)
    found = located(from_tap("llm.block.0@last", gone), WRONG, WRONG, answers="German names")
    assert found.fault == ("words", "language model") and found.place == "answer"
    assert "The two models were asked otherwise." in found.evidence
    encoder = located(from_tap("encoder.out", turned), WRONG, WRONG, prompt="another")
    assert encoder.fault == ("hand-over",)


@pytest.mark.parametrize("shift", [gone, turned, faint, hardly, rounded])
def test_where_the_answer_does_not_fall_there_is_no_fault(shift):
    found = located(from_tap("encoder.block.0", shift))
    assert found.fault == () and found.place is None


def test_an_answer_that_gains_is_no_fault():
    worse = made(from_tap("connector.out", turned), WRONG, WRONG)
    assert locate(worse, before()).fault == ()


def test_rounding_is_no_difference_and_is_said():
    found = located(from_tap("encoder.block.0", rounded), WRONG, WRONG)
    assert (found.fault, found.place, found.first_tap) == (("words",), "answer", None)
    assert any("up to rounding" in sentence for sentence in found.evidence)
    coarse = {"precision": "torch.bfloat16"}
    assert located(from_tap("encoder.block.0", hardly), WRONG, WRONG).first_tap == "encoder.block.0"
    assert located(from_tap("encoder.block.0", lambda x: x * np.float32(1.003)), WRONG, WRONG, **coarse).fault == (
        "words",
    )


def test_a_slight_shift_before_clears_nothing_and_comes_second():
    """A model that is tuned on changes everywhere a little; what surely falls comes first."""
    little = {tap: hardly(rows) for tap, rows in healthy().items()}
    little["llm.norm@last"] = gone(healthy()["llm.norm@last"])
    found = located(little, WRONG, WRONG)
    assert found.fault == ("language model", "hand-over") and found.place == "language model"
    assert found.evidence[-1].startswith("These two runs do not tell apart: language model or hand-over")


def test_little_information_that_is_lost_stands_behind_the_hand_over():
    def partly(rows):
        lost = turned(rows).copy()
        few = np.arange(0, N, 5)
        lost[few] = lost[np.random.default_rng(0).permutation(few)]
        return lost

    found = located(from_tap("encoder.out", partly), WRONG, np.zeros(N, bool))
    assert found.fault == ("hand-over", "vision")


def test_models_that_were_trained_apart_carry_no_reader_over():
    apart = {tap: turned(rows) for tap, rows in healthy().items()}
    read = read_together(before(), made(apart, WRONG, WRONG))
    assert not read.frozen.carries
    assert read_together(before(), made(from_tap("encoder.out", turned))).frozen.carries


def test_other_widths_leave_the_probes_that_are_trained_anew():
    wide = {tap: np.concatenate([rows, rows], axis=1) for tap, rows in from_tap("connector.out", gone).items()}
    read = read_together(before(), made(wide, WRONG, WRONG))
    assert read.frozen.stages == () and read.first.tap == "pixels"
    found = located(wide, WRONG, WRONG)
    assert (found.fault, found.place) == (("connector",), "connector")


def test_without_features_the_first_stage_that_falls_is_named():
    other = replace(made(from_tap("llm.norm@last", gone), WRONG, WRONG), features=None)
    found = locate(before(), other)
    assert (found.fault, found.first_tap) == (("language model", "hand-over"), None)
    assert any("Features of both runs are not at hand" in sentence for sentence in found.evidence)


def test_neither_the_order_of_the_cases_nor_the_batch_size_matters():
    order = np.random.default_rng(0).permutation(N)
    changed = from_tap("connector.out", turned), WRONG, WRONG
    plain, mixed = located(*changed), located(*changed, order=order, **{"batch size": "3"})
    assert plain == mixed
    healthy_again = made(healthy(), order=order)
    assert first_difference(before().features, healthy_again.features, before().evaluated).tap is None


def test_other_cases_are_refused():
    other = before()
    other = replace(other, evaluated=("new", *other.evaluated[1:]))
    with pytest.raises(InputError, match="only in the second run: 'new'"):
        locate(before(), other)
