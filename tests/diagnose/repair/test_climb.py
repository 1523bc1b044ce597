"""The whole ladder, on a tiny model that answers: what is climbed, what it costs, and what it says."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
import torch

from angiogram.data.cases import Cases
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.collect.gather import gather
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.judge.judgement import judge
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.judge.said import said_of
from angiogram.diagnose.picture.examples import confusions, examples
from angiogram.diagnose.read.assess import Assessed, assess
from angiogram.diagnose.repair import climb as room
from angiogram.diagnose.repair import fit as fitting
from angiogram.diagnose.repair import refit as refitting
from angiogram.diagnose.repair.climb import NO_TOKENS, NOT_LOST, OFF, ONE_GROUP, UNREAD, climb
from angiogram.diagnose.repair.controls import exchanged_labels
from angiogram.diagnose.repair.kept import LADDER, kept_in
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.headline import headline
from angiogram.errors import InputError
from angiogram.tap.ranks import ALONE
from tests.diagnose.made import PLACES
from tests.diagnose.repair.conftest import CLASSES
from tests.diagnose.repair.planted import drowned, hooked, turned

SETTINGS = Settings(permutations=5, resamples=300, batch_size=16)
FREE, COSTLY = PLACES[:4], PLACES[4:]
FEW = np.arange(80, 200)  # 64 cases teach, 56 are judged


def quiet(_: str) -> None: ...


@dataclass(frozen=True)
class Gathered:
    planned: Plan
    material: Material
    found: Assessed
    folder: Path

    def climb(self, ladder="auto", progress=quiet, folder=None):
        """In a folder of its own, where nothing was climbed before."""
        folder = folder or Path(mkdtemp(dir=self.folder))
        return climb(self.planned, self.material, self.found, replace(SETTINGS, ladder=ladder), folder, progress)

    def judge(self, ladder):
        found = self.found
        measured = Measured(found.readings, found.resamples, 0.05, found.flow.null_band)
        return judge(measured, ladder, said_of(found, told=0.97))

    def headline(self, judgement):
        return headline(judgement, self.found.flow.null_band)


def gathered(loaded, cases: Cases, folder: Path, folds: int = 3) -> Gathered:
    examined = examine(cases)
    splits = assign(examined.cases, folds, 0)
    planned, stores = gather(loaded, examined, splits, SETTINGS, folder / "run", folder / "cache", quiet, ALONE)
    assert stores is not None
    material = Material(examined, splits, None, *stores)
    return Gathered(planned, material, assess(planned, material, SETTINGS, quiet), folder)


@pytest.fixture(scope="module")
def healthy(answering, quarters, tmp_path_factory) -> Gathered:
    return gathered(answering.loaded, quarters.select(FEW), tmp_path_factory.mktemp("healthy"))


@contextmanager
def turned_connector(answering):
    with hooked(answering.loaded.model, (answering.loaded.anatomy.connector,), turned):
        yield


@pytest.fixture(scope="module")
def unreadable(answering, quarters, tmp_path_factory) -> Gathered:
    """Its connector's output is turned; so it is to be while the ladder is climbed."""
    with turned_connector(answering):
        return gathered(answering.loaded, quarters.select(FEW), tmp_path_factory.mktemp("unreadable"))


def test_perfect_answers_spend_nothing_and_say_so(healthy):
    said = []
    for climbed in ("auto", "full"):
        ladder = healthy.climb(climbed, said.append)
        assert tuple(rung.place for rung in ladder.rungs) == PLACES
        assert all(rung.done == NOT_LOST and rung.outcome == "not tried" for rung in ladder.rungs[4:])
        assert sum(rung.passes for rung in ladder.rungs) == 0 and ladder.words.value <= 0.0
        assert healthy.judge(ladder).located.fault == ()
    assert said == []


def test_the_free_rungs_need_no_pass_and_are_judged_on_all_cases(unreadable):
    ladder = unreadable.climb("free")
    free, costly = ladder.rungs[:4], ladder.rungs[4:]
    assert tuple(rung.place for rung in free) == FREE and tuple(rung.place for rung in costly) == COSTLY
    assert all(rung.cases == 56 and rung.passes == 0 and rung.after is not None for rung in free)
    assert all(rung.permuted is not None for rung in free)
    assert all(rung.done == OFF for rung in costly)
    assert ladder.likelihood.low > 0.05 and unreadable.judge(ladder).located.fault


def test_a_bound_leaves_rungs_out_and_says_why(unreadable, monkeypatch):
    monkeypatch.setattr(room, "SHARE", 3)
    said = []
    ladder = unreadable.climb("auto", said.append)
    assert ladder.allowed == 360
    for rung in ladder.rungs[4:]:
        assert rung.outcome == "not tried" and rung.passes == 0
        assert rung.done.startswith("Left out: ")
        assert "passes with its controls, where 360 of 360 are left (--ladder full)." in rung.done
    (line,) = said
    assert line.startswith("ladder: an answer is lost; all rungs would take about ") and "(360 allowed)" in line


def test_what_fits_the_bound_is_climbed(unreadable, answering, monkeypatch):
    """Another preparation is cheap enough. So is a map in closed form, but not with its controls."""
    monkeypatch.setattr(room, "SHARE", 5)
    said = []
    with turned_connector(answering):
        ladder = unreadable.climb("auto", said.append)
    assert ladder.rung("input").outcome != "not tried" and 0 < ladder.rung("input").passes <= ladder.allowed == 600
    for place in ("connector output", "encoder output", "image tokens"):
        assert "passes with its controls, where 600 of 600 are left" in ladder.rung(place).done
    assert [line.split(",")[0] for line in said] == [
        "ladder: an answer is lost; all rungs would take about " + said[0].split("about ")[1].split(",")[0],
        "ladder: 5 other preparations of the images",
    ]


@pytest.mark.nightly
def test_where_gradient_steps_do_not_fit_maps_in_closed_form_are_tried(unreadable, answering, monkeypatch, tmp_path):
    monkeypatch.setattr(room, "SHARE", 20)
    with turned_connector(answering):
        ladder = unreadable.climb("auto", folder=tmp_path)
        rung = ladder.rung("connector output")
        assert rung.steps == 0 and 0 < rung.passes < 500 and ladder.allowed == 2400
        assert rung.done.endswith("Gradient steps are left to --ladder full.") and ", in closed form; " in rung.done
        left = ladder.allowed - rung.passes
        assert f"passes with its controls, where {left} of 2400 are left" in ladder.rung("image tokens").done
        steps = unreadable.climb("full", folder=tmp_path).rung("connector output").steps
    assert steps > 0  # what was climbed in closed form is not taken for the whole rung


def test_what_was_climbed_in_this_run_folder_is_not_climbed_again(unreadable, answering, monkeypatch, tmp_path):
    monkeypatch.setattr(room, "SHARE", 5)
    with turned_connector(answering):
        first = unreadable.climb("auto", folder=tmp_path)
    said = []
    assert unreadable.climb("auto", said.append, tmp_path) == first  # nothing is turned now: no pass was made
    assert said[1:] == ["ladder: the input was climbed before"]
    file = tmp_path / LADDER
    for damaged in ("{", "[]", '{"key": 0}', file.read_text().replace('"said"', '"says"'), '{"key": "", "rungs": 3}'):
        file.write_text(damaged)
        with turned_connector(answering):
            assert unreadable.climb("auto", said.append, tmp_path) == first
        assert said[-1].startswith("ladder: 5 other preparations of the images")
    assert not list(tmp_path.glob("*.part"))


def test_rungs_of_another_run_are_not_taken(unreadable, tmp_path):
    kept = kept_in(tmp_path, unreadable.material, SETTINGS)
    kept.keep("own words", unreadable.climb("free").rungs[0])
    assert kept.rung("own words") == unreadable.climb("free").rungs[0] and kept.rung("input") is None
    assert kept_in(tmp_path, unreadable.material, replace(SETTINGS, ladder="full")).rung("own words")
    assert kept_in(tmp_path, unreadable.material, replace(SETTINGS, seed=1)).rung("own words") is None


def test_a_turned_connector_is_found_with_its_controls_and_each_cost_is_told_first(unreadable, answering, monkeypatch):
    """Of four clean classes each gets a wrong name of its own, which the words mend, too: both are named."""
    monkeypatch.setattr(room, "SHARE", 27)  # enough for the first rung with its controls, and nothing behind
    for module in (fitting, refitting):
        monkeypatch.setattr(module, "BATCH", 8)
    said = []
    with turned_connector(answering):
        ladder = unreadable.climb("auto", said.append)
    rung = ladder.rung("connector output")
    assert rung.outcome == "brings it back" and rung.permuted is not None
    assert rung.random is not None and max(rung.permuted, rung.random) < rung.after.value - 0.2
    for place in ("encoder output", "image tokens"):
        assert f"passes with its controls, where {3240 - rung.passes} of 3240 are left" in ladder.rung(place).done
    assert sum(each.passes for each in ladder.rungs) <= ladder.allowed
    found = unreadable.judge(ladder).located
    assert found.fault == ("hand-over", "words") and found.cleared is None
    alone = unreadable.judge(replace(ladder, rungs=ladder.rungs[2:])).located  # no name could be exchanged
    assert alone.fault[0] == "hand-over" and "words" not in alone.fault
    costs = [(i, line) for i, line in enumerate(said) if line.startswith("ladder: ")]
    assert [i for i, _ in costs[:2]] == [0, 1] and all(" about " in line and "passes" in line for _, line in costs)
    assert costs[1][1].startswith("ladder: a re-fit at the connector output, about ")
    assert costs[2][1].startswith("ladder: controls of the connector output, about ")


@pytest.mark.nightly
def test_noise_inside_the_language_model_is_its_own_fault(answering, quarters, tmp_path):
    with hooked(answering.loaded.model, answering.loaded.anatomy.llm_blocks, drowned):
        made = gathered(answering.loaded, quarters.select(np.r_[0:32, 160:192]), tmp_path)
        ladder = made.climb("full")
    assert all(rung.outcome != "not tried" and rung.passes > 0 for rung in ladder.rungs[4:])
    assert ladder.rung("connector output").outcome != "brings it back"
    assert "language model" in made.judge(ladder).located.fault


def claims(rung) -> bool:
    """Whether what a rung is said to do is what its interval says, and its controls with it."""
    half, gained = (rung.target - rung.before) / 2, rung.recovered
    if rung.outcome == "brings it back":
        controls = [control for control in (rung.permuted, rung.random) if control is not None]
        weighed = bool(controls) or rung.place == "input"
        return gained.low > 0 and gained.value >= half and weighed and all(c < rung.before + half for c in controls)
    if rung.outcome == "brings a part back":
        return gained.low > 0 and gained.high < half
    return rung.outcome == "undecided" or (rung.outcome == "does not" and gained.high < half)


@pytest.mark.parametrize("alone", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_three_cases_a_class(alone, answering, quarters, tmp_path):
    """Three teach and three are judged: of three patients nothing is said, of twelve one name only where it is sure."""
    cases = quarters.select(np.r_[0:12, 200:212])
    if alone:
        cases = replace(cases, rows=tuple(replace(row, group=row.id) for row in cases.rows))
    with turned_connector(answering):
        made = gathered(answering.loaded, cases, tmp_path)
        ladder = made.climb("full")
    assert all(rung.cases == 12 and claims(rung) for rung in ladder.rungs), ladder
    assert all("9 training cases" in rung.done or "8 training" in rung.done for rung in ladder.rungs[4:7])
    judgement = made.judge(ladder)
    located, said = judgement.located, made.headline(judgement)
    if alone:
        sure = located.cleared is not None and ladder.rung(located.cleared).beyond_half.low >= 0
        assert "hand-over" in located.fault and (sure or "words" in (*located.fault, *located.open))
        assert located.loss.high - located.loss.low > 0.5 and "(interval " in said
    else:
        assert {rung.outcome for rung in ladder.rungs} == {"undecided"}
        assert all(rung.permuted is None and rung.random is None for rung in ladder.rungs[4:])  # no controls are paid
        assert not {verdict.state for verdict in judgement.verdicts} & {"present", "absent"} and located.fault == ()
        (needed,) = {verdict.cases_needed for verdict in judgement.verdicts if verdict.state == "undetermined"}
        assert needed > 12 and said == f"These cases do not decide where the image is lost; about {needed} would."


def test_where_nothing_can_be_read_behind_the_encoder_nothing_is_spent(answering, quarters, tmp_path):
    with hooked(answering.loaded.model, (answering.loaded.anatomy.connector,), lambda states: torch.ones_like(states)):
        made = gathered(answering.loaded, quarters.select(FEW), tmp_path)
        ladder = made.climb("full")
    assert all(rung.done == UNREAD and rung.passes == 0 for rung in ladder.rungs[4:])


@pytest.mark.parametrize("climbed", ["free", pytest.param("full", marks=pytest.mark.nightly)])
def test_a_class_that_is_never_answered(climbed, answering, quarters, tmp_path):
    """Its first word cannot be said: the words are wrong there, no rung stumbles over it, and no re-fit takes it."""
    first = answering.loaded.processor.tokenizer("liver", add_special_tokens=False).input_ids[0]
    liver = CLASSES.index("liver")
    with hooked(answering.loaded.model, ("lm_head",), lambda logits: logits.index_fill(-1, torch.tensor(first), -1e4)):
        made = gathered(answering.loaded, quarters.select(FEW), tmp_path)
        ladder = made.climb(climbed)
    found, own = made.found, ladder.rung("own words")
    assert not (found.answering.generated == liver).any()
    assert ladder.words.value == pytest.approx(0.25, abs=0.05) and ladder.likelihood.value < 0.05
    assert own.outcome == "brings it back" and own.after.value > 0.9  # it says something else of that class alone
    assert own.permuted < own.before + (own.target - own.before) / 2
    for rung in ladder.rungs[4:] if climbed == "full" else ():
        assert rung.stage == "G" and rung.before == 0.75 and rung.cases == 56 and rung.passes > 0
        assert rung.outcome == "does not" and claims(rung) and rung.said_recovered.value <= 0, rung
    assert climbed == "free" or "often on 64 training cases: as they are;" in ladder.rung("input").done
    judgement = made.judge(ladder)
    located = judgement.located
    assert located.fault and set(located.fault) <= {"words", "format"}
    assert located.cleared is None and located.behind == () and located.open == ()
    assert located.loss == ladder.words and "words" in made.headline(judgement)
    counts = {each.stage: np.array(each.counts) for each in confusions(found.named, found.truth, len(CLASSES))}
    assert (counts["S"][:, :4] == 14 * np.eye(4)).all()  # by likelihood it is known
    assert counts["G"][:, liver].sum() == 0 and counts["G"][liver, 4] >= 12
    assert (np.delete(counts["G"], liver, 0) == 14 * np.delete(np.eye(4, 5), liver, 0)).all()
    shown = examples(made.material.examined.cases, found.evaluated, found.named, found.answering.texts)
    answers = {(example.label, dict(example.says)["G"]) for example in shown}
    assert ("liver", None) in answers and {label for label, said in answers if said != label} == {"liver"}


def test_judged_cases_of_one_group_are_refused_in_a_sentence(answering, quarters, tmp_path):
    cases = quarters.select(FEW)
    rows = tuple(replace(row, group="one" if row.split == "test" else row.group) for row in cases.rows)
    with pytest.raises(InputError, match="at least two groups"):
        gathered(answering.loaded, replace(cases, rows=rows), tmp_path)


def test_a_first_fold_of_one_group_leaves_the_costly_rungs_out(answering, quarters, tmp_path):
    """Two groups, two folds: each judges one, so that a repair says nothing about others."""
    cases = quarters.select(FEW)
    rows = tuple(replace(row, group="a" if i < 60 else "b", split=None) for i, row in enumerate(cases.rows))
    with turned_connector(answering):
        made = gathered(answering.loaded, replace(cases, rows=rows), tmp_path, folds=2)
        ladder = made.climb("full")
    assert tuple(rung.place for rung in ladder.rungs) == PLACES
    assert all(rung.done == ONE_GROUP and rung.outcome == "not tried" for rung in ladder.rungs[4:])


@pytest.mark.nightly
def test_groups_that_all_hold_one_class(answering, quarters, unreadable, tmp_path, monkeypatch):
    """The verdict is that of ordinary groups of the same cases, save where wider intervals no longer prove a repair."""
    for module in (fitting, refitting):
        monkeypatch.setattr(module, "BATCH", 4)
    cases = quarters.select(FEW)
    rows = tuple(replace(row, group=f"{row.label} {int(row.id) // 8}") for row in cases.rows)
    cases = replace(cases, rows=rows)
    with turned_connector(answering):
        made = gathered(answering.loaded, cases, tmp_path)
        ladder = made.climb("full")
    assert all(rung.cases == 56 and claims(rung) for rung in ladder.rungs), ladder
    # A control by such groups is one: each keeps one class, and by them a class is right no oftener than by chance.
    taught = np.arange(64)
    handed = [exchanged_labels(cases.labels, cases.groups, taught, seed)[taught] for seed in range(40)]
    assert all(len(set(labels[cases.groups[taught] == g])) == 1 for labels in handed for g in set(cases.groups[taught]))
    assert np.mean([labels == cases.labels[taught] for labels in handed]) == pytest.approx(0.25, abs=0.03)
    weighed = [rung for rung in ladder.rungs if rung.permuted is not None]
    assert {rung.place for rung in weighed} >= {*FREE, "connector output"}
    # Four clear pictures, each read as some class: two of them may be right by accident, and hardly three.
    assert all(rung.permuted <= 0.55 and rung.permuted < rung.after.value - 0.2 for rung in weighed), weighed
    for ours, ordinary in zip(ladder.rungs[:4], unreadable.climb("free").rungs, strict=False):
        assert (ours.stage, ours.before, ours.target) == (ordinary.stage, ordinary.before, ordinary.target)
        assert ours.after.value == pytest.approx(ordinary.after.value, abs=0.05)
        assert width(ours.recovered) > width(ordinary.recovered)  # a class rests on fewer patients
    assert ladder.rung("connector output").outcome == "brings it back"
    located = made.judge(ladder).located
    lost = ladder.likelihood.value
    proved = any(rung.recovered.value >= 0.75 * lost and rung.beyond_half.low >= 0 for rung in ladder.rungs[:2])
    assert located.fault == (("hand-over", "words") if proved else ("hand-over",))
    assert located.loss == ladder.likelihood and located.of == 1.0


def width(interval) -> float:
    return interval.high - interval.low


def test_without_image_tokens_their_rung_says_so(healthy, load_family):
    assert room._interface(load_family("mllama").anatomy, "image tokens") is None
    assert "no image tokens" in NO_TOKENS
