"""The sentences claim what the intervals show, and no more."""

from angiogram.diagnose.cause.result import Interchange, Window
from angiogram.diagnose.cause.words import interchange_findings, knock_out_findings
from angiogram.statistics.interval import Interval
from tests.diagnose.cause.made_up import places, sliding, window

RIGHT, CHANCE = Interval(0.7, 0.6, 0.8), 0.25


def said(windows: list[Window], last=0.3, later=0.4, accuracy=RIGHT, cost=None) -> str:
    whole = [window(range(10), "last", last), window(range(10), "later", later, cost=cost)]
    return " ".join(knock_out_findings(accuracy, CHANCE, windows, whole))


def test_where_it_is_read_and_what_that_costs():
    text = said([*sliding("later", b3=0.2, b4=0.3), *sliding("last", b4=0.25)])
    assert (
        "changes in 40 % of the cases (95 % interval, for all cuts together, 35 to 45 %). The answer uses the" in text
    )
    assert "This costs accuracy: it is right in 70 % of them with the image and in 30 % without, 40 points are " in text
    assert "lost (95 % interval, for all cuts together, 35 to 45)." in text
    assert (
        "The reading is narrowed to block 4, as far as these cases show. Cut off from every later token in any one of "
        "the 2 windows of blocks that are seen " in text
    )
    assert (
        "the answer changes in at least 15 % of the cases" in text
        and "accuracy is seen to fall in all of them." in text
    )
    assert "The last token itself reads it; as far as these cases show, that is narrowed to blocks 4 to 5." in text
    assert "ignored" not in text


def test_an_answer_that_changes_at_no_cost_is_used():
    text = said([*sliding("later"), *sliding("last")], later=0.6, cost=-0.2, accuracy=Interval(0.0, 0.0, 0.1))
    assert "is right in 0 % of these cases (95 % interval 0 to 10 %) and not seen to be better than always" in text
    assert "a cut may cost it little even where the image is used" in text and "whether the answer changes" in text
    assert "The answer uses the image. This is not seen to cost anything: it is right in 0 % of them" in text
    assert "20 points are gained" in text


def test_an_answer_that_does_not_change_is_not_said_to_use_anything():
    text = said([*sliding("later"), *sliding("last")], last=0.0, later=0.01)
    assert "is not seen to change: it changes in 1 % of the cases" in text
    assert "uses the image" not in text and "It is read" not in text


def test_a_shift_of_all_answers_is_not_called_use():
    whole = [window(range(10), "last", 0.0), window(range(10), "later", 0.9, used=False)]
    text = " ".join(knock_out_findings(RIGHT, CHANCE, sliding("later"), whole))
    assert "changes in 90 % of the cases" in text and "no more is seen than a shift that all cases share" in text
    assert "uses the image" not in text


def test_an_interval_that_includes_zero_is_not_seen_to_be_needed():
    text = said([*sliding("later", b3=0.04), *sliding("last", b3=0.04)])
    assert (
        "No single window of blocks is seen to be needed: what one of them does not read the others may read as well, "
        "or up to 9 % of the answers may need it (95 % interval, for all cuts together)." in text
    )
    assert "The last token itself reads it, too (the answer changes in 30 %" in text


def test_a_last_token_that_reads_by_way_of_the_question():
    text = said([*sliding("later", b3=0.2), *sliding("last")], last=0.05)
    assert "The last token is not seen to read it itself (the answer changes in 5 % of the cases when it cannot" in text
    assert (
        "95 % interval, for all cuts together, 0 to 10 %). Up to 10 % of the answers may still need its own reading; "
        "the others may know of the image by way of the tokens between image and answer." in text
    )


def test_blocks_that_alone_can_read_are_named_one_by_one():
    windows = [window((3, 8), rows, 0.3) for rows in ("last", "later")]
    text = " ".join(knock_out_findings(RIGHT, CHANCE, windows, [window((3, 8, 13), r, 0.4) for r in ("last", "later")]))
    assert "The reading is narrowed to blocks 3 and 8, as far as these cases show. Cut off" in text
    assert "from every later token in the one window" in text


def test_the_exchange_says_behind_which_blocks_it_is_followed():
    text, halved = interchange_findings(places(0.9, 0.9, 0.8, 0.3, 0.0))
    assert "the answer becomes the other case's in 90 % of the cases (95 % interval 80 to 100 %)." in text
    assert text.endswith("Exchanged behind blocks 0 to 2 it is followed as well; behind block 3 that is not seen.")
    assert halved.startswith(
        "Behind block 2 the answer follows less than half as often as at the connector's output (15"
    )
    assert "together, 5 to 25), and so it does behind every later block" in halved


def test_a_fall_that_is_not_seen_or_does_not_last_is_not_claimed():
    assert len(interchange_findings(places(0.9, 0.9, 0.4, 0.4))) == 1  # below half, but its interval is not
    _, halved = interchange_findings(places(0.9, 0.1, 0.8, 0.1))
    assert halved.startswith("Behind block 2 ")


def test_an_answer_that_never_follows_is_said_to_have_read_nothing():
    (text,) = interchange_findings(places(0.05, 0.04, 0.0))
    assert "in 5 % of the cases" in text and "not seen to be more than chance" in text
    assert "Exchanged behind blocks 0 to 1 it is not seen to be followed." in text
    assert interchange_findings([]) == ()


def test_an_exchange_at_the_connector_alone_speaks_of_no_block():
    alone: list[Interchange] = places(0.9)
    (text,) = interchange_findings(alone)
    assert "block" not in text
