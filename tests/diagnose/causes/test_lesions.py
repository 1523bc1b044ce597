"""Models whose blocks that read the image are known: the causal tests must find these blocks and no others."""

from contextlib import ExitStack
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray

from angiogram.diagnose.bootstrap import resample_groups
from angiogram.diagnose.causes.asking import Asking
from angiogram.diagnose.causes.interchange import Exchanged, exchange, judged_places
from angiogram.diagnose.causes.knock_out import ROWS, Cut, KnockedOut, judged_windows, knock_out
from angiogram.diagnose.causes.pairs import draw_pairs
from angiogram.diagnose.causes.result import Window
from angiogram.diagnose.causes.windows import sliding_windows
from angiogram.tap.attention import image_attention_bias
from tests.diagnose.causes.lesioned import asked_of, deep, labelled_by_itself, pictures_of, reads_only_in

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
    pairs = draw_pairs(labels, labels, ["same"] * COUNT, seed=0)
    assert len(pairs) > 15
    return exchange(asked, pairs, PLACES, lambda _: None)


@pytest.mark.parametrize("rows", ROWS)
def test_the_knock_out_finds_the_one_block_that_reads(one_block, rows):
    found, windows = cut_everywhere(one_block)
    assert (found.untouched.argmax(axis=1) == one_block.cases.labels).all()
    for (whose, blocks), window in windows.items():
        if whose != rows:
            continue
        assert window.accuracy.value == pytest.approx(1 - window.drop.value)
        if 4 in blocks:
            assert window.used and window.drop.low > 0.2 and window.moved > 0.05
        else:
            assert not window.used and window.drop.value == 0 and window.moved < 1e-5


def test_a_window_says_no_more_than_its_blocks(one_block):
    _, windows = cut_everywhere(one_block)
    assert {(w.first, w.last) for w in windows.values() if w.used} == {(3, 4), (4, 5), (0, 9)}


def test_a_model_that_ignores_the_image_misses_nothing_and_has_no_pairs(blind):
    _, windows = cut_everywhere(blind)
    assert all(w.drop.value == 0 and not w.used and w.moved < 1e-5 for w in windows.values())
    labels = blind.cases.labels
    assert draw_pairs(np.arange(COUNT), labels, ["same"] * COUNT, seed=0) == ()


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
    assert judged[-1].followed.value == 0 and judged[-1].stayed.value == 1


def test_an_intact_model_follows_at_the_connector_and_not_behind_its_last_block(intact):
    found = exchanged_everywhere(intact)
    followed = (found.answers == found.partner).mean(axis=1)
    assert followed[0] == 1 and followed[-1] == 0
    assert ((followed > 0) & (followed < 1)).any()  # its blocks read the image one after another


def test_batches_of_any_size_give_the_same(one_block):
    cuts = [Cut((4,), "last")]
    whole = knock_out(one_block, tuple(range(12)), cuts, lambda _: None)
    single = knock_out(replace(one_block, batch_size=5), tuple(range(12)), cuts, lambda _: None)
    np.testing.assert_allclose(single.under[0], whole.under[0], atol=1e-4)
    pairs = [(0, 7), (3, 9), (1, 2)]
    for size in (1, 5):
        few = exchange(replace(one_block, batch_size=size), pairs, [None, 5], lambda _: None)
        np.testing.assert_array_equal(few.answers, exchange(one_block, pairs, [None, 5], lambda _: None).answers)
