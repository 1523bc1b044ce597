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
from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.collect.gather import gather
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.judge.judgement import judge, said_of
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.read.assess import Assessed, assess
from angiogram.diagnose.repair import climb as room
from angiogram.diagnose.repair import fit as fitting
from angiogram.diagnose.repair import refit as refitting
from angiogram.diagnose.repair.climb import NO_TOKENS, NOT_LOST, OFF, ONE_GROUP, UNREAD, climb
from angiogram.diagnose.repair.kept import LADDER, kept_in
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.tap.ranks import ALONE
from tests.diagnose.made import PLACES
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
        total = account(found.readings, found.resamples).total
        return judge(measured, ladder, said_of(found, told=0.97), total)


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
    """Another preparation is cheap enough. So is a re-fit at the connector's output, but not with its controls."""
    monkeypatch.setattr(room, "SHARE", 20)
    said = []
    with turned_connector(answering):
        ladder = unreadable.climb("auto", said.append)
    assert ladder.rung("input").outcome != "not tried" and 0 < ladder.rung("input").passes <= ladder.allowed == 2400
    for place in ("connector output", "encoder output", "image tokens"):
        assert "passes with its controls, where 2400 of 2400 are left" in ladder.rung(place).done
    assert [line.split(",")[0] for line in said] == [
        "ladder: an answer is lost; all rungs would take about " + said[0].split("about ")[1].split(",")[0],
        "ladder: 5 other preparations of the images",
    ]


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
    kept.keep(unreadable.climb("free").rungs[0])
    assert kept.rung("own words") == unreadable.climb("free").rungs[0] and kept.rung("input") is None
    assert kept_in(tmp_path, unreadable.material, replace(SETTINGS, ladder="full")).rung("own words")
    assert kept_in(tmp_path, unreadable.material, replace(SETTINGS, seed=1)).rung("own words") is None


def test_a_turned_connector_is_found_with_its_controls_and_each_cost_is_told_first(unreadable, answering, monkeypatch):
    """Of four clean classes each gets a wrong name of its own, which the words mend, too: both are named."""
    monkeypatch.setattr(room, "SHARE", 33)  # enough for the first rung with its controls, and nothing behind
    for module in (fitting, refitting):
        monkeypatch.setattr(module, "BATCH", 8)
    said = []
    with turned_connector(answering):
        ladder = unreadable.climb("auto", said.append)
    rung = ladder.rung("connector output")
    assert rung.outcome == "brings it back" and rung.permuted is not None
    assert rung.random is not None and max(rung.permuted, rung.random) < rung.after.value - 0.2
    for place in ("encoder output", "image tokens", "input"):
        assert "passes with its controls, where 108 of 3960 are left" in ladder.rung(place).done
    assert sum(each.passes for each in ladder.rungs) <= ladder.allowed
    found = unreadable.judge(ladder).located
    assert found.fault == ("hand-over", "words") and found.cleared is None
    alone = unreadable.judge(replace(ladder, rungs=ladder.rungs[2:])).located  # no name could be exchanged
    assert alone.fault[0] == "hand-over" and "words" not in alone.fault
    costs = [(i, line) for i, line in enumerate(said) if line.startswith("ladder: ")]
    assert [i for i, _ in costs[:2]] == [0, 1] and all(" about " in line and "passes" in line for _, line in costs)
    assert costs[1][1].startswith("ladder: a re-fit at the connector output, about ")
    assert costs[2][1].startswith("ladder: controls of the connector output, about ")


def test_noise_inside_the_language_model_is_its_own_fault(answering, quarters, tmp_path):
    with hooked(answering.loaded.model, answering.loaded.anatomy.llm_blocks, drowned):
        made = gathered(answering.loaded, quarters.select(np.r_[0:32, 160:192]), tmp_path)
        ladder = made.climb("full")
    assert all(rung.outcome != "not tried" and rung.passes > 0 for rung in ladder.rungs[4:])
    assert ladder.rung("connector output").outcome != "brings it back"
    assert "language model" in made.judge(ladder).located.fault


def test_three_cases_a_class(answering, quarters, tmp_path):
    with turned_connector(answering):
        made = gathered(answering.loaded, quarters.select(np.r_[0:12, 200:212]), tmp_path)
        ladder = made.climb("full")
    assert all(rung.outcome != "not tried" for rung in ladder.rungs)
    assert all(0 <= rung.after.low <= rung.after.value <= rung.after.high <= 1 for rung in ladder.rungs)
    assert (
        "9 training cases" in ladder.rung("encoder output").done or "8 training" in ladder.rung("encoder output").done
    )
    assert len(made.judge(ladder).located.fault) != 1  # so few cases name nothing alone


def test_where_nothing_can_be_read_behind_the_encoder_nothing_is_spent(answering, quarters, tmp_path):
    with hooked(answering.loaded.model, (answering.loaded.anatomy.connector,), lambda states: torch.ones_like(states)):
        made = gathered(answering.loaded, quarters.select(FEW), tmp_path)
        ladder = made.climb("full")
    assert all(rung.done == UNREAD and rung.passes == 0 for rung in ladder.rungs[4:])


def test_a_class_that_is_never_answered(answering, quarters, tmp_path):
    """Its first word cannot be said: the words are wrong there, and no rung stumbles over it."""
    tokenizer = answering.loaded.processor.tokenizer
    first = tokenizer("liver", add_special_tokens=False).input_ids[0]
    head = answering.loaded.model.get_output_embeddings()

    def mute(_, __, logits):
        return logits.index_fill(-1, torch.tensor([first]), -1e4)

    handle = head.register_forward_hook(mute)
    try:
        made = gathered(answering.loaded, quarters.select(FEW), tmp_path)
        ladder = made.climb("free")
    finally:
        handle.remove()
    assert not (made.found.answering.generated == 2).any()
    assert ladder.words.value == pytest.approx(0.25, abs=0.05)
    assert ladder.rung("own words").after.value > 0.9  # whatever it says instead, it says of that class alone
    assert set(made.judge(ladder).located.fault) <= {"words", "format"} and made.judge(ladder).located.fault


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


def test_groups_that_all_hold_one_class(answering, quarters, tmp_path, monkeypatch):
    for module in (fitting, refitting):
        monkeypatch.setattr(module, "BATCH", 4)
    cases = quarters.select(FEW)
    rows = tuple(replace(row, group=f"{row.label} {int(row.id) // 8}") for row in cases.rows)
    with turned_connector(answering):
        made = gathered(answering.loaded, replace(cases, rows=rows), tmp_path)
        ladder = made.climb("full")
    assert all(rung.after is not None and np.isfinite(rung.permuted) for rung in ladder.rungs[:4])
    assert all(rung.after is not None for rung in ladder.rungs[4:])
    assert ladder.rung("read-out").permuted < 0.7


def test_without_image_tokens_their_rung_says_so(healthy, load_family):
    assert room._interface(load_family("mllama").anatomy, "image tokens") is None
    assert "no image tokens" in NO_TOKENS
