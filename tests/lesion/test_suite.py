"""A suite of lesions: whole, continued, the same again, and what it refuses."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.judge.judgement import Judgement, judge
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.terms import MODES
from angiogram.errors import InputError
from angiogram.lesion.alarms import false_alarms
from angiogram.lesion.evidence import read_evidence
from angiogram.lesion.matrix import confusion
from angiogram.lesion.plant import put_to
from angiogram.lesion.subject import Subject, diagnose_briefly
from angiogram.lesion.suite import check_suite, run_suite
from angiogram.lesion.summary import FILE, summary, write_summary
from angiogram.report.lesions import print_lesions
from angiogram.report.terminal import Console
from angiogram.statistics.bootstrap import resample_groups

SETTINGS = Settings(permutations=19, resamples=200, batch_size=8)
LESIONS = ("encoder-noise", "head-permuted")


@pytest.fixture(scope="module")
def subject(load_family, squares):
    examined = examine(squares)
    return Subject(
        load_family("angiogram"), examined, assign(examined.cases, 3, 0), Reference("known", accuracy=0.99), SETTINGS
    )


def run(subject, out, lines=None):
    return run_suite(subject, out, (lambda _: None) if lines is None else lines.append, LESIONS, (1.0,), (0,))


@pytest.fixture(scope="module")
def made(subject, tmp_path_factory):
    """A suite and its folder, neither to be changed."""
    folder = tmp_path_factory.mktemp("made")
    return run(subject, folder), folder


@pytest.fixture(scope="module")
def whole(subject, tmp_path_factory):
    """What is found of the model without a lesion."""
    return diagnose_briefly(subject, subject.loaded, tmp_path_factory.mktemp("whole"), lambda _: None)


def test_a_suite_is_kept_and_goes_on_to_the_same(subject, made, tmp_path):
    first, folder = made
    shutil.copytree(folder, tmp_path / "one")
    kept = sorted((tmp_path / "one" / "evidence").iterdir())
    assert len(kept) == len(first.outcomes) == 2
    left = sorted(path.name.partition("-")[0] for path in (tmp_path / "one").iterdir())
    assert left == ["evidence", "whole"]  # no lesion's features stay
    kept[0].unlink()
    stamp = kept[1].stat().st_mtime_ns
    assert run(subject, tmp_path / "one").outcomes == first.outcomes
    assert kept[1].stat().st_mtime_ns == stamp


def test_another_run_is_the_same_and_leaves_the_model_as_it_was(subject, made, tmp_path):
    before = {name: weight.clone() for name, weight in subject.loaded.model.state_dict().items()}
    assert run(subject, tmp_path).outcomes == made[0].outcomes
    after = subject.loaded.model.state_dict()
    assert all((weight == after[name]).all() for name, weight in before.items())


@pytest.mark.nightly
def test_a_lesion_that_draws_nothing_is_planted_once(subject, tmp_path):
    names = ("llm-attention", "llm-noise")
    found = run_suite(subject, tmp_path, lambda _: None, names, (1.0,), (0, 1)).outcomes
    assert [(each.lesion, each.seed) for each in found] == [("llm-attention", 0), ("llm-noise", 0), ("llm-noise", 1)]


@pytest.mark.nightly
def test_other_names_harmless_changes_and_what_has_no_place(subject, tmp_path):
    """The question is as open as can be; the model's classes are called by codes; its cases are doubled."""
    lines, examined = [], subject.examined
    open_asked = examined._replace(cases=put_to(examined.cases, "question-open", 1.0, 0))
    subject = replace(subject, examined=open_asked)
    found = run_suite(
        subject, tmp_path, lines.append, ("question-open", "names-codes"), (0.5,), (0, 1), ("cases-doubled",)
    )
    assert [(each.lesion, each.strength, each.planted) for each in found.outcomes] == [
        ("names-codes", 1.0, ("format", "words"))
    ]
    assert [(each.lesion, each.planted, each.changed) for each in found.harmless] == [("cases-doubled", (), ())]
    assert found.harmless[0].accuracies["G"] == found.healthy.accuracies["G"]
    assert len(found.left_out) == 1 and "as open as it can be" in found.left_out[0]
    assert lines[-3].endswith("is left out: " + found.left_out[0].partition(": ")[2])
    told = summary([found])
    assert told.harmless in (0.0, 1.0) and told.runs == 1


def test_the_summary_is_json_and_is_printed(made, tmp_path):
    suite, _ = made
    told = summary([suite])
    content = json.loads(write_summary(suite, told, tmp_path).read_text(), parse_constant=pytest.fail)
    assert content["summary"]["runs"] == len(content["outcomes"]) == 2 and (tmp_path / FILE).is_file()
    console = Console(width=200, highlight=False)
    with console.capture() as printed:
        print_lesions(suite, told, console)
    shown = " ".join(printed.get().split())
    assert "head-permuted" in shown and "draws of patients another is" in shown


def test_strong_and_weak_lesions_are_counted_apart(made):
    suite, _ = made
    strong = replace(suite.outcomes[0], planted=("vision",), fall=0.1, diagnosed=("vision",), changed=())
    weak = replace(strong, fall=0.09, diagnosed=("words", "format"))
    outcomes = (strong, replace(strong, diagnosed=()), weak, replace(weak, diagnosed=()))
    told = summary([replace(suite, outcomes=outcomes)])
    assert told.verdict.planted == (("vision",),) and told.verdict.diagnosed == (("vision",), ())
    assert told.verdict.counts == ((1, 1),) and told.verdict.right == 0.5 and told.verdict.misled == 0
    assert told.tuning == told.verdict and told.frozen.runs == 0 and told.frozen.right is None
    assert told.change.right == 0.0
    assert told.weak.runs == 2 and told.weak.misled == 1
    assert confusion([replace(strong, planted=())], lambda each: each.diagnosed).right is None


def test_false_alarms_are_what_chance_in_the_patients_makes_of_a_loss(whole):
    """100 patients of two cases; the connector loses none, then about the margin, then much more."""
    groups, alarms = np.repeat(np.arange(100), 2), []
    for lost in (0, 10, 40):
        sick = with_losses(whole, groups, C=groups >= lost)
        alarms.append(false_alarms(sick, SETTINGS, draws=60))
        known = replace(sick, judgement=Judgement((), Located(("connector",))))
        assert false_alarms(known, SETTINGS, draws=60) == 0
    assert (alarms[0], alarms[2]) == (0, 60) and 0 < alarms[1] < 60


def test_a_loss_that_no_stage_shows_alone_is_an_alarm_too(whole):
    """Each of three stages loses 4 points, less than the margin: no mode is present, and all of them together lose."""
    groups = np.repeat(np.arange(200), 2)
    sick = with_losses(whole, groups, C=groups >= 14, U=groups >= 28, S=groups >= 42)
    drawn = judge(sick.measured, sick.ladder, sick.said)
    assert "present" not in {verdict.state for verdict in drawn.verdicts} and drawn.located.spread
    assert false_alarms(sick, SETTINGS, draws=30) > 15


@pytest.mark.parametrize("lost", [(14, 14, 14), (12, 9, 9), (9, 9, 12), (9, 9, 9)])
def test_what_several_stages_lose_together_is_told_alike_of_every_draw(whole, lost):
    """Of 200 patients three stages lose some each: which loses most is chance, and none is named of all patients."""
    groups = np.repeat(np.arange(200), 2)
    V, C, S = (groups >= gone for gone in np.cumsum(lost))
    sick = with_losses(whole, groups, V=V, C=C, I=C, U=C, S=S)
    measured, draws = sick.measured, sick.measured.resamples
    lost = draws.loss(measured.readings["U"], measured.readings["S"]).interval()
    ladder = replace(sick.ladder, likelihood=lost, words=lost)
    drawn = judge(measured, ladder, sick.said)
    assert drawn.located.fault == () and {"vision", "connector"} < set(drawn.located.among)
    assert false_alarms(replace(sick, ladder=ladder, judgement=drawn), SETTINGS, draws=60) <= 3
    assert false_alarms(replace(sick, ladder=ladder), SETTINGS, draws=60) > 15


def with_losses(whole, groups, **behind):
    """All that every stage reads is right, save what these read, and what stands behind them."""
    right, readings = np.ones(len(groups), bool), {}
    for key in whole.measured.readings:
        right = readings[key] = behind.get(key, right)
    measured = Measured(readings, resample_groups(groups, 0, SETTINGS.resamples), SETTINGS.margin)
    return replace(whole, measured=measured, judgement=Judgement((), Located()))


def test_damaged_evidence_is_named(subject, made, tmp_path):
    shutil.copytree(made[1], tmp_path / "run")
    kept = next((tmp_path / "run" / "evidence").iterdir())
    assert {verdict.mode for verdict in read_evidence(kept).verdicts} == set(MODES)
    for damaged in ("{", "[]", "{}", '{"accuracies": 3}'):
        kept.write_text(damaged)
        with pytest.raises(InputError, match="damaged"):
            run(subject, tmp_path / "run")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((("encoder-noize",), (1.0,), (0,)), "encoder-noise"),
        (((), (1.0,), (0,)), "at least one lesion"),
        ((LESIONS, (), (0,)), "at least one strength"),
        ((LESIONS, (1.0, 1.0), (0,)), "given twice"),
        ((LESIONS, (2.0,), (0,)), "at most 1, not 2.0"),
        ((LESIONS, (np.nan,), (0,)), "not nan"),
        ((LESIONS, (1.0,), (-1,)), "not -1"),
        (((), (1.0,), (0,), ("cases-doubled", "cases-doubled")), "given twice"),
        ((LESIONS, (1.0,), (0,), ("cases-trebled",)), "cases-doubled"),
    ],
)
def test_what_makes_no_suite_is_refused(given, said):
    with pytest.raises(InputError, match=said):
        check_suite(*given)


def test_harmless_changes_alone_are_a_suite():
    check_suite((), (1.0,), (0,), ("cases-doubled",))
