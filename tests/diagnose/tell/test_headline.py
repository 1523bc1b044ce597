"""The headline says what the verdicts say, and no more."""

import numpy as np
import pytest
from angiogram.diagnose.judge.verdicts import verdicts

from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.statistics.bootstrap import resample_groups
from angiogram.diagnose.tell.headline import headline, not_assessed
from angiogram.diagnose.terms import Interval
from tests.diagnose.test_verdicts import drawn


def said(right, null_band=None, without=()):
    right = {key: value for key, value in right.items() if key not in without}
    draws = resample_groups(np.arange(len(right["V"])))
    judged, accounts = verdicts(right, draws, null_band=null_band), account(right, draws)
    return headline(judged, accounts, null_band), not_assessed(judged, accounts)


def test_one_stage_loses():
    line, _ = said(drawn(800, {"S": 0.4}))
    assert line.startswith("The image is lost between the language model and its answer: ")
    assert "points (95 % interval " in line and "that a probe reads at the encoder's end" in line
    assert "no loss above 5 points is seen in " in line and "undecided" not in line


def test_mostly_is_said_where_other_stages_lose_a_little():
    line, _ = said(drawn(800, {"C": 0.03, "S": 0.4}))
    assert line.startswith("The image is lost mostly between the language model and its answer: ")


def test_the_vision_encoder_is_measured_against_the_specialist():
    line, _ = said(drawn(800, {"V": 0.3}))
    assert "in the vision encoder: " in line and "that the specialist reaches" in line


def test_several_stages_lose_and_the_first_in_the_flow_is_named_first():
    line, _ = said(drawn(800, {"C": 0.15, "G": 0.4}))
    assert line.startswith("The image is lost at two places, of the ")
    assert ": first in the connector, " in line and ", then between the language model and its answer, " in line
    assert ", which may follow from it; " in line


def test_nothing_decided():
    line, _ = said(drawn(25, {"C": 0.06, "U": 0.06}))
    assert line.startswith("These cases do not show where the image is lost; ")
    assert "are undecided" in line or "is undecided" in line
    assert "mostly" not in line and "at two places" not in line


def test_nothing_lost():
    line, _ = said(drawn(800, {}))
    assert line.startswith("No stage that was assessed loses more than 5 points: ")
    assert "is lost" not in line


def test_a_gain_is_called_a_gain():
    line, _ = said(drawn(800, {"C": -0.15, "G": 0.3}, start=0.7))
    assert "points are gained in the connector" in line
    assert "the connector (at most" not in line


def test_what_was_not_assessed_is_part_of_the_sentence():
    line, left_open = said(drawn(800, {"S": 0.4}), without=("R",))
    assert "the vision encoder was not assessed" in line
    assert left_open[0].startswith("Visual representation was not assessed: no specialist reference was given")


def test_chance_has_nothing_to_lose():
    line, _ = said(drawn(300, {}, start=0.1), null_band=0.2)
    assert line.startswith("It cannot be said where the image is lost: a probe reads no more at the encoder's end")
    line, _ = said(drawn(600, {"V": 0.8}), null_band=0.2)
    assert line.startswith("The image is lost in the vision encoder") or "lost mostly in the vision encoder" in line
    assert "nothing for the later stages to lose" in line


@pytest.mark.parametrize(
    ("above", "without", "there"),
    [
        ("G", "", "but that is exceeded by the answer in words (90 %)"),
        ("S", "G", "but that is exceeded by the answer by likelihood (90 %)"),
        ("I", "", "but that is exceeded by a probe of the best image-token layer (90 %)"),
        (
            "SG",
            "",
            "but that is exceeded by the answer by likelihood (90 %) and the answer in words (90 %)",
        ),
    ],
)
def test_what_is_there_though_no_probe_reads_it_is_not_called_lost(above, without, there):
    """Few cases of many classes and a model that knows them: probes at chance, answers right."""
    right = drawn(300, {}, start=0.1, noise=0.0)
    right |= {key: np.arange(300) < 270 for key in above}
    line, _ = said(right, null_band=0.2, without=("R", *without))
    assert line.startswith("It cannot be said whether and where the image is lost: a probe reads no more at the ")
    assert f"{there}, so that what is not read there is hidden from the probe and not all lost" in line
    assert "nothing for the later stages to lose" not in line and line.count(". ") == 0
    line, _ = said({**right, "R": np.arange(300) < 270}, null_band=0.2, without=without)
    assert "in the vision encoder" in line and there in line  # a verdict stays, and is not left alone
    assert "nothing for the later stages to lose" not in line


def test_headline_and_card_agree_on_what_is_hidden():
    right = {**drawn(300, {}, start=0.1), "G": np.arange(300) < 270}
    draws = resample_groups(np.arange(300))
    judged = verdicts(right, draws, null_band=0.2)
    assert "hidden from the probe" in judged[3].evidence
    assert "hidden from the probe" in headline(judged, account(right, draws), 0.2)


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("I", "was not split into image tokens and routing"),
        ("S", "Answers by likelihood were not measured"),
        ("G", "own words were not read"),
    ],
)
def test_missing_stages_are_named(without, sentence):
    assert any(sentence in line for line in said(drawn(100, {}), without=without)[1])
    assert not any(sentence in line for line in said(drawn(100, {}))[1])


def test_a_specialist_given_as_a_number_is_named():
    assert any("given as a number" in line for line in said({**drawn(100, {}), "R": 0.9})[1])
    assert not any("given as a number" in line for line in said(drawn(100, {}))[1])


def test_that_decodable_is_not_used_is_always_said():
    assert "does not mean that the model uses it" in said(drawn(100, {}))[1][-1]


def test_the_headline_claims_no_more_than_the_verdicts():
    """Over many truths: every mode it blames is present, every mode it clears is absent."""
    rng = np.random.default_rng(0)
    names = {
        "vision": ("in the vision encoder", "the vision encoder"),
        "connector": ("in the connector", "the connector"),
        "comprehension": ("inside the language model", "the language model"),
        "mapping": ("between the language model and its answer", "the step from the language model to its answer"),
    }
    for seed in range(30):
        losses = {key: float(rng.choice([0.0, 0.06, 0.2])) for key in ("V", "C", "U", "S")}
        right = drawn(int(rng.choice([40, 150, 600])), losses, seed)
        draws = resample_groups(np.arange(len(right["V"])))
        judged = verdicts(right, draws)
        line = headline(judged, account(right, draws))
        blamed = line.split(";")[0] if "The image is lost" in line else ""
        cleared = next((part for part in line.split(";") if "no loss above" in part), "")
        for verdict in judged:
            where, who = names[verdict.mode]
            assert (where in blamed) == (verdict.state == "present")
            if f"{who} (" in cleared:
                assert verdict.state == "absent"
        assert line.endswith(".") and line.count(". ") == 0


def test_whether_what_is_read_is_used_is_left_open_only_where_it_was_not_tested():
    right = drawn(200, {})
    draws = resample_groups(np.arange(200))
    judged, accounts = verdicts(right, draws), account(right, draws)
    assert any("was not tested (--causal tests it)" in why for why in not_assessed(judged, accounts))
    tested = Causes(
        cases=96, groups=96, blocks=3, accuracy=Interval(0.5, 0.4, 0.6), majority=0.5, windows=(), whole=(), pairs=0,
        interchange=(), by_class=None, findings=("It is used.",), notes=("Images were not exchanged.",), passes=96,
    )  # fmt: skip
    left = not_assessed(judged, accounts, causes=tested)
    assert "Images were not exchanged." in left and not any("was not tested" in why for why in left)
    assert any("linear probe" in why for why in left)
