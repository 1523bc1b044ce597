"""The headline says what the judgement says, in at most 20 words, and no more."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.judge.judgement import Judgement, judge
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.tell.headline import headline, not_assessed, stages_above_chance, where_by_stage
from angiogram.statistics.bootstrap import resample_groups
from angiogram.statistics.interval import Interval
from tests.diagnose.made import around, drawn, ladder, rung, verdicts

FAULTS = ("vision", "connector", "hand-over", "language model", "words", "format")
NAMES = dict(
    zip(FAULTS, ("vision encoder", "connector", "hand-over", "language model", "class words", "format"), strict=True)
)


def of(right, rungs=(), null_band=None, without=()):
    """Judgement and accounting of made-up stages; the answer's losses are those of the stages."""
    right = {key: value for key, value in right.items() if key not in without}
    draws = resample_groups(np.arange(len(right["V"])))
    accounts = account(right, draws)
    best = max((right["C"], right["U"]), key=np.mean)
    lost = {
        name: draws.loss(best, right[key]).interval()
        for name, key in (("likelihood", "S"), ("words", "G"))
        if key in right
    }
    made = ladder(*rungs)
    made = type(made)(
        lost.get("likelihood", lost.get("words")), lost.get("words", lost.get("likelihood")), made.rungs, made.allowed
    )
    answer = float(np.mean(right.get("S", right.get("G"))))
    words = float(np.mean(right.get("G", right.get("S"))))
    answers = Said("can say", 9, answer, answer, words, 0.0)
    return judge(Measured(right, draws, 0.05, null_band), made, answers), accounts


def said(right, rungs=(), null_band=None, without=()):
    return sentence(of(right, rungs, null_band, without)[0], null_band)


def sentence(judgement, null_band=None):
    line = headline(judgement, 0.2 if null_band is None else null_band)
    assert len(line.split()) <= 20 and line.endswith(".") and ". " not in line
    return line


def found(fault, loss, of):
    return headline(Judgement(verdicts("mapping"), Located(fault, loss, of)), 0.2)


@pytest.mark.parametrize(
    ("losses", "rungs", "line"),
    [
        ({"V": 0.3}, (), "The image is lost in the vision encoder: "),
        ({"C": 0.3}, (), "The image is lost in the connector: "),
        ({"C": 0.3}, (rung("encoder output", "brings it back"),), "The image is lost in the connector or hand-over: "),
        ({"S": 0.4}, (), "The image is lost in the hand-over or language model: "),
        ({"S": 0.4}, (rung("own words", "brings it back"),), "The image is lost in the class words: "),
        ({"U": 0.4}, (rung("connector output", "does not"),), "The image is lost in the hand-over or language model: "),
        ({"U": 0.4}, (rung("connector output", "brings it back"),), "The image is lost in the hand-over: "),
        ({"G": 0.4}, (), "The image is lost in the answer's format: "),
        ({"C": 0.2, "G": 0.4}, (), "The image is lost in the connector: "),
    ],
)
def test_where_and_how_much_of_what(losses, rungs, line):
    told = said(drawn(800, losses), rungs)
    assert told.startswith(line) and " points of " in told and "(interval " in told


def test_nothing_decided():
    assert said(drawn(25, {"C": 0.06, "U": 0.06})).startswith("These cases do not decide where the image is lost")


def test_how_many_cases_would_decide_is_said_where_it_is_known():
    assert "; about " in said(drawn(300, {"C": 0.07}, noise=0.0))


def test_nothing_lost():
    assert said(drawn(800, {})) == "No stage that was assessed loses more than 5 points."


def test_chance_has_nothing_to_lose():
    assert said(drawn(300, {}, start=0.1), null_band=0.2) == (
        "Where the image is lost cannot be said: encoder, connector and last token read no more than chance (20 %)."
    )
    assert said(drawn(600, {"V": 0.8}), null_band=0.2).startswith("The image is lost in the vision encoder")


def test_silence_is_said_where_nothing_is_read_above_chance():
    right = drawn(400, {"G": 0.3}, start=0.3)
    measured = Measured(right, resample_groups(np.arange(400)), 0.05, 0.4, unnamed=np.ones(400, bool))
    judgement = judge(measured, ladder(), Said("can say", 9, 0.3, 0.3, 0.0, 0.0))
    told = sentence(judgement, 0.4)
    assert told == (
        "The answer names no class; no probe at encoder, connector or last token exceeds the 40 % that chance allows."
    )


def test_silence_behind_a_probe_that_reads_is_a_matter_of_format():
    """At the last token alone a probe reads no more than chance: what stands before it is not called unread."""
    right = drawn(400, {"U": 0.5, "S": -0.5, "G": 0.9})
    draws = resample_groups(np.arange(400))
    lost = {name: draws.loss(right["C"], right[key]).interval() for name, key in (("likelihood", "S"), ("words", "G"))}
    measured = Measured(right, draws, 0.05, 0.5, unnamed=np.ones(400, bool))
    answers = Said("can say", 9, 0.9, 0.9, 0.0, 0.0)
    judgement = judge(measured, replace(ladder(), **lost), answers)
    assert any(verdict.reason == "silent" for verdict in judgement.verdicts)
    assert sentence(judgement, 0.5).startswith("The image is lost in the answer's format: ")


def test_a_probe_alone_that_loses_what_the_answer_has_is_not_called_no_loss():
    right = drawn(800, {"U": 0.3, "S": -0.3})
    judgement, _ = of(right)
    assert judgement.verdicts[2].state == "present" and not judgement.located.fault
    assert sentence(judgement) == "A probe on the way reads less, but no loss of the answer is sure."


@pytest.mark.parametrize("losses", [{"C": 0.35, "I": -0.35}, {"V": 0.35, "C": -0.35}])
def test_what_a_probe_does_not_see_and_those_behind_it_read_is_not_lost(losses):
    judgement, _ = of(drawn(600, losses))
    assert "present" in {verdict.state for verdict in judgement.verdicts} and judgement.located.fault == ()
    assert sentence(judgement) == "A probe on the way reads less, but no loss of the answer is sure."


def test_what_the_connector_s_probe_does_not_see_is_no_fault_where_only_the_words_are_wrong():
    judgement, _ = of(drawn(600, {"C": 0.35, "I": -0.35, "G": 0.5}))
    assert judgement.located.fault == ("format",)


def test_every_set_of_faults_and_any_size_of_loss_fit_in_20_words():
    sets = [*combinations(FAULTS, 1), *combinations(FAULTS, 2), ("hand-over", "language model", "words")]
    losses = [Interval(0.01, -0.2, 0.22), Interval(1.0, 0.99, 1.0), Interval(0.526, 0.449, 0.591)]
    for fault, loss in product(sets, losses):
        line = found(fault, loss, 0.97)
        assert len(line.split()) <= 20 and line.endswith(".") and ". " not in line, line
        assert all(NAMES[name] in line for name in fault)


def test_the_numbers_of_the_loss_are_those_of_the_judgement():
    assert found(("words",), Interval(0.526, 0.449, 0.591), 0.97) == (
        "The image is lost in the class words: 53 points of 97 (interval 45 to 59)."
    )


def test_what_is_lost_in_too_many_places_to_be_named_is_said_without_a_name():
    judgement = Judgement(verdicts(), Located((), Interval(0.198, 0.143, 0.259), 0.99, True, among=FAULTS[:3]))
    assert sentence(judgement) == (
        "The image is lost in several places, none sure alone: 20 points of 99 (interval 14 to 26)."
    )


def test_it_blames_no_more_than_was_judged():
    """Over many truths and ladders: every fault that it names is located, none where no loss is present."""
    rng = np.random.default_rng(0)
    outcomes = ("not tried", "brings it back", "does not", "undecided", "proves nothing", "brings a part back")
    lines = set()
    for seed in range(25):
        losses = {key: float(rng.choice([0.0, 0.06, 0.2, -0.1])) for key in ("V", "C", "U", "S", "G")}
        right = drawn(int(rng.choice([40, 150, 600])), losses, seed)
        places = ("own words", "mapped names", "connector output", "encoder output")
        rungs = [rung(place, rng.choice(outcomes)) for place in places]
        band = rng.choice([None, 0.2])
        judgement, _ = of(right, rungs, band)
        line = sentence(judgement)
        assert {name for name in FAULTS if f" {NAMES[name]}" in line.split(":")[0]} == set(judgement.located.fault)
        if not judgement.located.spread and not any(v.state == "present" for v in judgement.verdicts):
            assert not line.startswith("The image is lost")
        if line.startswith("No stage"):
            assert {verdict.state for verdict in judgement.verdicts} <= {"absent", "not assessed"}
        lines.add(line.split(":")[0])
    assert len(lines) >= 6


def test_the_losses_stand_by_state():
    right = drawn(800, {"C": 0.15, "G": 0.4})
    present, absent = where_by_stage(of(right)[0].verdicts)
    assert (
        present.startswith("Lost for sure: ") and " between a probe at the encoder's end and a probe after " in present
    )
    assert " and " in present and present.count("points between") == 2
    assert absent.startswith("No loss above 5 points is seen in the vision encoder (at most ")
    assert where_by_stage(of(drawn(25, {"C": 0.06}))[0].verdicts)[-1].startswith("Undecided: ")


@pytest.mark.parametrize(
    ("above", "there"),
    [
        ("G", "the answer in words (90 %)"),
        ("I", "a probe of the best image-token layer (90 %)"),
        ("SG", "the answer by likelihood (90 %) and the answer in words (90 %)"),
    ],
)
def test_what_is_there_though_no_probe_reads_it_is_not_called_lost(above, there):
    """Few cases of many classes and a model that knows them: probes at chance, answers right."""
    right = drawn(300, {}, start=0.1, noise=0.0) | {key: np.arange(300) < 270 for key in above}
    accounts = account(right, resample_groups(np.arange(300)))
    (told,) = stages_above_chance(accounts, 0.2)
    assert told == (
        f"Chance is exceeded by {there}: what the probes do not read is hidden from them, and not all lost."
    )


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("R", "no specialist was given"),
        ("I", "was not split into image tokens and routing"),
        ("S", "Answers by likelihood were not measured"),
        ("G", "own words were not read"),
    ],
)
def test_missing_stages_are_named(without, sentence):
    def left(*missing):
        judgement, accounts = of(drawn(100, {}), without=missing)
        return not_assessed(judgement.verdicts, accounts)

    assert any(sentence in line for line in left(without))
    assert not any(sentence in line for line in left())


def test_a_specialist_given_as_a_number_is_named():
    judgement, accounts = of({**drawn(100, {}), "R": 0.9})
    assert any("given as a number" in line for line in not_assessed(judgement.verdicts, accounts))


def test_whether_what_is_read_is_used_is_left_open_only_where_it_was_not_tested():
    judgement, accounts = of(drawn(200, {}))
    assert "was not tested (--causal does)" in not_assessed(judgement.verdicts, accounts)[-1]
    tested = Causes(
        cases=96, groups=96, blocks=3, accuracy=around(0.5), majority=0.5, windows=(), whole=(), pairs=0,
        interchange=(), by_class=None, findings=("It is used.",), notes=("Images were not exchanged.",), passes=96,
    )  # fmt: skip
    left = not_assessed(judgement.verdicts, accounts, causes=tested)
    assert "Images were not exchanged." in left and not any("was not tested" in why for why in left)
    assert any("linear probe" in why for why in left)
