"""Models whose blocks that read the image are known: the causal tests must find these blocks and no others."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray

from angiogram.diagnose.cause.asking import Asking
from angiogram.diagnose.cause.decodable import decodable_findings
from angiogram.diagnose.cause.interchange import Exchanged, exchange, judged_places
from angiogram.diagnose.cause.knock_out import ROWS, Cut, KnockedOut, judged_windows, knock_out
from angiogram.diagnose.cause.pairs import draw_alike, draw_pairs, units_of_pairs
from angiogram.diagnose.cause.result import Window
from angiogram.diagnose.cause.windows import sliding_windows
from angiogram.diagnose.cause.words import interchange_findings, knock_out_findings
from angiogram.probe.scores import majority
from angiogram.statistics.bootstrap import resample_groups
from angiogram.tap.attention import image_attention_bias
from tests.diagnose.cause.lesioned import CLASSES, asked_of, deep, labelled_by_itself, pictures_of, reads_only_in

BLOCKS, COUNT = 10, 60
PLACES = (None, *range(BLOCKS))


def build(folder, reading: set[int]) -> Asking:
    return labelled_by_itself(asked_of(reads_only_in(deep(folder, BLOCKS), reading), pictures_of(COUNT)))


@pytest.fixture(scope="module")
def intact(tmp_path_factory) -> Asking:
    return build(tmp_path_factory.mktemp("intact"), set(range(BLOCKS)))


@pytest.fixture(scope="module")
def one_block(tmp_path_factory) -> Asking:
    """Only block 4's attention says anything."""
    return build(tmp_path_factory.mktemp("one"), {4})


@pytest.fixture(scope="module")
def relayed(tmp_path_factory) -> Asking:
    """Blocks 2 and 7, so that tokens can tell in the second what they have read in the first."""
    return build(tmp_path_factory.mktemp("relayed"), {2, 7})


@pytest.fixture(scope="module")
def blind(tmp_path_factory) -> Asking:
    return build(tmp_path_factory.mktemp("blind"), set())


def cut_everywhere(asked: Asking) -> tuple[KnockedOut, dict[tuple[str, tuple[int, ...]], Window]]:
    cuts = [Cut(window, rows) for rows in ROWS for window in (*sliding_windows(range(BLOCKS)), tuple(range(BLOCKS)))]
    found = knock_out(asked, tuple(range(COUNT)), cuts, lambda _: None)
    windows = judged_windows(cuts, found, asked.cases.labels, resample_groups(asked.cases.groups))
    return found, {(cut.rows, cut.blocks): window for cut, window in zip(cuts, windows, strict=True)}


def exchanged_everywhere(asked: Asking) -> Exchanged:
    labels = asked.cases.labels
    pairs = draw_pairs(labels, labels, ["same"] * COUNT, asked.cases.groups, seed=0)
    assert len(pairs) > 15
    return exchange(asked, pairs, alike(pairs, labels), PLACES, lambda _: None)


def alike(pairs: Sequence[tuple[int, int]], answers: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    return draw_alike([case for pair in pairs for case in pair], answers, ["same"] * COUNT)


@pytest.mark.parametrize("rows", ROWS)
def test_the_knock_out_finds_the_one_block_that_reads(one_block, rows):
    found, windows = cut_everywhere(one_block)
    assert (found.untouched.argmax(axis=1) == one_block.cases.labels).all()
    for (whose, blocks), window in windows.items():
        if whose != rows:
            continue
        assert window.accuracy.value == pytest.approx(1 - window.drop.value)
        if 4 in blocks:
            assert window.used and window.drop.low > 0.1 and window.moved > 0.05
            assert window.changed.value == window.drop.value  # it was always right
        else:
            assert not window.used and window.drop.value == 0 and window.moved < 1e-5


@pytest.mark.nightly
def test_a_window_says_no_more_than_its_blocks(one_block):
    _, windows = cut_everywhere(one_block)
    assert {w.blocks for w in windows.values() if w.used} == {(3, 4), (4, 5), tuple(range(10))}


def test_a_model_that_ignores_the_image_misses_nothing_and_has_no_pairs(blind):
    _, windows = cut_everywhere(blind)
    assert all(w.drop.value == 0 and not w.used and w.moved < 1e-5 for w in windows.values())
    labels = blind.cases.labels
    assert draw_pairs(np.arange(COUNT), labels, ["same"] * COUNT, np.arange(COUNT), seed=0) == ()


@pytest.mark.parametrize(
    ("blocks", "rows", "felt"),
    [
        ((2,), "later", True),
        ((2,), "last", False),
        ((7,), "later", False),
        ((7,), "last", False),
        ((4, 5), "later", False),
    ],
)
def test_a_relay_by_way_of_the_question_is_cut_where_the_question_reads(relayed, blocks, rows, felt):
    """The last token never reads the image: the question does in block 2, and the last token the question in 7."""
    (batch,) = relayed.batches(tuple(range(8)))

    def scores(*cuts: Cut) -> NDArray[np.float64]:
        with ExitStack() as stack:
            for cut in cuts:
                bias = image_attention_bias(relayed.loaded, batch.inputs, cut.blocks, -inf, cut.rows)
                stack.enter_context(bias)
            return relayed.scores(batch)

    never = Cut(tuple(range(BLOCKS)), "last")
    moved = np.abs(scores(never, Cut(blocks, rows)) - scores(never)).max()
    assert (moved > 0.1) == felt and (felt or moved < 1e-4)
    assert np.ptp(scores(never), axis=0).max() > 0.1  # it still knows the images apart


def test_the_answer_follows_the_image_until_it_has_been_read(one_block):
    found = exchanged_everywhere(one_block)
    for place, answers in zip(PLACES, found.answers, strict=True):
        expected = found.partner if place is None or place < 4 else found.own
        assert (answers == expected).all(), place
    groups = np.arange(len(found.own)) // 2
    judged = judged_places(PLACES, found, resample_groups(groups))
    assert [each.place for each in judged[:2]] == ["connector.out", "llm.block.0"]
    assert judged[0].followed.value == 1 and judged[0].followed.low > 0.8 and judged[0].stayed.value == 0
    assert [each.block for each in judged if each.used] == [None, 0, 1, 2, 3]
    assert [each.block for each in judged if each.past_half.high < 0] == [4, 5, 6, 7, 8, 9]
    assert judged[-1].followed.value == 0 and judged[-1].stayed.value == 1


@pytest.mark.nightly
def test_an_intact_model_follows_at_the_connector_and_not_behind_its_last_block(intact):
    found = exchanged_everywhere(intact)
    followed = (found.answers == found.partner).mean(axis=1)
    assert followed[0] == 1 and followed[-1] == 0
    assert ((followed > 0) & (followed < 1)).any()  # its blocks read the image one after another


def told_of(asked: Asking) -> list[str]:
    """The findings, cuts and exchanges together, where a probe reads behind every block."""
    labels = asked.cases.labels
    cuts = [Cut(window, rows) for rows in ROWS for window in sliding_windows(range(BLOCKS))]
    cuts += [Cut(tuple(range(BLOCKS)), rows) for rows in ROWS]
    found, resamples = knock_out(asked, tuple(range(COUNT)), cuts, lambda _: None), resample_groups(asked.cases.groups)
    judged, answers = judged_windows(cuts, found, labels, resamples), found.untouched.argmax(axis=1)
    pairs = draw_pairs(labels, answers, ["same"] * COUNT, asked.cases.groups, seed=0)
    exchanged = exchange(asked, pairs, alike(pairs, answers), PLACES, lambda _: None)
    places = judged_places(PLACES, exchanged, resample_groups(units_of_pairs(pairs, asked.cases.groups)))
    accuracy = resamples.accuracy(answers == labels).interval()
    return [
        *knock_out_findings(accuracy, majority(labels), judged[:-2], judged[-2:]),
        *interchange_findings(places),
        *decodable_findings(set(range(BLOCKS)), 0.4, BLOCKS, judged, places),
        *decodable_findings(set(range(BLOCKS)), 0.4, BLOCKS, judged, ()),
    ]


def test_a_model_that_reads_in_one_block_is_told_so(one_block):
    whole, where, last, followed, halved, used, unused, used_by_cuts, unused_by_cuts = told_of(one_block)
    assert ". The answer uses the image. This costs accuracy: it is right in 100 % of them with the image" in whole
    assert where.startswith(
        "The reading is narrowed to block 4, as far as these cases show. Cut off from every later token in any one of "
        "the 2 windows"
    )
    assert last == "The last token itself reads it; as far as these cases show, that is narrowed to block 4."
    assert "becomes the other case's in 100 % of the cases" in followed
    assert "Exchanged behind blocks 0 to 3 it is followed as well; behind blocks 4 to 9 that is not seen." in followed
    assert halved.startswith("Behind block 4 the answer follows less than half as often as at the connector's output")
    assert used.startswith("Decodable and used: behind blocks 0 to 3 a probe")
    assert unused.startswith("Decodable but not seen to be used: behind blocks 4 to 8 a probe")
    assert used_by_cuts == used and unused_by_cuts.startswith("Decodable but not seen to be used: behind blocks 4 to 8")


@pytest.mark.nightly
@pytest.mark.parametrize("reading", ["intact", pytest.param("one_block", marks=pytest.mark.nightly)])
def test_class_words_exchanged_are_used_and_cost_nothing(reading, request):
    """The answer follows the image completely and is always wrong."""
    asked = request.getfixturevalue(reading)
    labels = [CLASSES[(CLASSES.index(row.label) + 1) % len(CLASSES)] for row in asked.cases.rows]
    rows = tuple(replace(row, label=label) for row, label in zip(asked.cases.rows, labels, strict=True))
    text = " ".join(told_of(replace(asked, cases=replace(asked.cases, rows=rows))))
    assert "The answer uses the image. This is not seen to cost anything: it is right in 0 % of them" in text
    assert "becomes the other case's in 100 % of the cases" in text and "Decodable and used" in text
    assert "ignored" not in text


def test_answers_that_all_shift_alike_are_no_use():
    scores = np.tile([0.0, -1.0, -2.0], (COUNT, 1))
    found = KnockedOut(scores, (scores + np.array([0.0, 3.0, 0.0]),))
    labels, resamples = np.arange(COUNT) % 3, resample_groups(np.arange(COUNT) // 2)
    (window,) = judged_windows([Cut((0,), "later")], found, labels, resamples)
    assert window.changed.value == 1 and not window.used
    own = np.arange(COUNT) % 3
    moved = own.copy()
    moved[: COUNT // 2] = 1 - moved[: COUNT // 2]  # half of the cases exchange 0 and 1
    found = KnockedOut(np.eye(3)[own], (np.eye(3)[np.abs(moved)],))
    (window,) = judged_windows([Cut((0,), "later")], found, labels, resamples)
    assert window.used and window.changed.value == pytest.approx(0.5, abs=0.01)


def disturbed(K: int, how: str, count: int = 400) -> tuple[NDArray[np.int64], Exchanged]:
    """Answers of pairs whose images were exchanged at two places: nowhere read, and as `how` says."""
    rng = np.random.default_rng(0)
    own = rng.integers(0, K, count)
    own[1::2] = (own[::2] + rng.integers(1, K, count // 2)) % K
    partner = own.reshape(-1, 2)[:, ::-1].reshape(-1)

    def answers(given: NDArray[np.int64]) -> NDArray[np.int64]:
        chosen = rng.random(count) < 0.3
        if how == "scatter":
            return np.where(chosen, rng.integers(0, K, count), own)
        if how == "flip":
            return np.where(chosen, (own + rng.integers(1, K, count)) % K, own)
        if how == "collapse":
            return np.zeros(count, dtype=np.int64)
        return np.where(chosen, given, own)

    return own, Exchanged(own, partner, np.stack([own, answers(partner)]), np.stack([own, answers(own)]))


@pytest.mark.parametrize("K", [2, 3, 5])
@pytest.mark.parametrize("how", ["scatter", "flip", "collapse", "follow"])
def test_only_answers_that_depend_on_the_image_given_follow(K, how):
    _, found = disturbed(K, how)
    judged = judged_places((None, 0), found, resample_groups(np.arange(400) // 2))
    assert [each.used for each in judged] == [False, how == "follow"]
    assert judged[1].followed.low > 0.02


def test_a_case_without_a_control_speaks_neither_for_nor_against(one_block):
    _, found = disturbed(3, "follow")
    alone = replace(found, control=np.full_like(found.control, -1))
    judged = judged_places((None, 0), alone, resample_groups(np.arange(400) // 2))
    assert not any(each.used for each in judged) and judged[1].followed.low > 0.2
    few = exchange(one_block, [(0, 7), (3, 9)], [(0, 3)], [None], lambda _: None)
    assert few.control.shape == (1, 4) and (few.control[0] == -1).tolist() == [False, True, False, True]


def test_batches_of_any_size_give_the_same(one_block):
    cuts = [Cut((4,), "last")]
    whole = knock_out(one_block, tuple(range(12)), cuts, lambda _: None)
    single = knock_out(replace(one_block, batch_size=5), tuple(range(12)), cuts, lambda _: None)
    np.testing.assert_allclose(single.under[0], whole.under[0], atol=1e-4)
    pairs = [(0, 7), (3, 9), (1, 2)]
    for size in (1, 5):
        few = exchange(replace(one_block, batch_size=size), pairs, [(0, 1)], [None, 5], lambda _: None)
        every = exchange(one_block, pairs, [(0, 1)], [None, 5], lambda _: None)
        np.testing.assert_array_equal(few.answers, every.answers)
        np.testing.assert_array_equal(few.control, every.control)
