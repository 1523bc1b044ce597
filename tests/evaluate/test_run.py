"""An evaluation from table to evaluate.json on tiny real models: all tasks, three conditions, killed, and refused."""

import json
import os
import re
import signal
from dataclasses import replace

import numpy as np
import PIL.Image
import polars as pl
import pytest

from angiogram.data.annotations.pictures import read_picture
from angiogram.errors import InputError
from angiogram.evaluate.collect.fill import ANSWERS, collect
from angiogram.evaluate.collect.passes import Passes
from angiogram.evaluate.collect.plan import GENERATED, LIKELIHOODS, plan
from angiogram.evaluate.opened import Chosen, opened
from angiogram.evaluate.run import evaluate
from angiogram.evaluate.settings import EvaluationSettings
from angiogram.evaluate.terms import CONDITIONS
from angiogram.imaging.read import Preparation
from angiogram.report.evaluation.disk import read_evaluation, write_evaluation
from tests.data.annotations.entries import entry
from tests.evaluate.tables import PICTURES, write_table

SETTINGS = EvaluationSettings(resamples=100, batch_size=8)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return opened(write_table(tmp_path_factory.mktemp("table")))


@pytest.fixture
def our(load_family):
    return load_family("angiogram")


@pytest.fixture(scope="module")
def done(load_family, table, tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    return evaluate(load_family("angiogram"), table, SETTINGS, out, lambda line: None), out


def planned_of(loaded, table, conditions=CONDITIONS, seed=0):
    return plan(loaded, table.entries, conditions, lambda name: read_picture(table.images, name), seed, {})


def short(table, *tasks, pictures=PICTURES):
    """The entries of these tasks whose answers are short, about the first pictures."""
    kept = (each for each in table.entries if each.task in tasks and int(each.id[-1]) < pictures)
    return replace(table, entries=tuple(kept))


def bytes_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "boot"}


def test_every_task_is_scored_in_three_conditions(done):
    result, _ = done
    assert [task.task for task in result.tasks] == [
        "calculation", "report", "multi_class", "multi_label", "rec", "reg", "vqa", "text_qa",
    ]  # fmt: skip
    for task in result.tasks:
        conditions = [each.condition for each in task.outcomes]
        assert conditions == (["real"] if task.task == "text_qa" else list(CONDITIONS))
        for each in task.outcomes:
            read = each.exact + each.mention + each.text
            assert read + each.unparsed + each.refused + each.empty + each.failed == each.asked
        assert task.metrics and 0 < len(task.examples) <= 12
        for metric in task.metrics:
            assert (metric.real is None) == (metric.not_assessed is not None)
            if metric.real is not None and task.task not in ("text_qa", "calculation"):
                assert metric.real_minus_blind.value == pytest.approx(metric.real.value - metric.blind.value)


def test_the_result_is_valid_and_comes_back(done, tmp_path):
    result, _ = done
    path, page = write_evaluation(result, tmp_path)
    assert page.read_text("utf-8").count('class="asked"') == sum(len(task.examples) for task in result.tasks)
    again = read_evaluation(tmp_path)
    assert again.tasks[0].outcomes == result.tasks[0].outcomes and again.notes == result.notes
    document = json.loads(path.read_text())
    picture = document["tasks"][4]["examples"][0]
    assert picture["thumbnail"].startswith("iVBOR") and picture["box"] == [0.25, 0.5, 0.75, 1.0]
    path.write_text(path.read_text().replace('"tasks"', '"task"', 1))
    with pytest.raises(InputError, match="not a valid Angiogram evaluation"):
        read_evaluation(path)


def test_every_question_is_a_row(done, table):
    _, out = done
    frame = pl.read_parquet(out / "entries.parquet")
    assert len(frame) == PICTURES * (3 * 8 + 1)
    assert frame.filter(pl.col("condition") == "blind")["image"].null_count() == PICTURES * 8
    assert {"score: token F1", "score: mean IoU", "score: accuracy", "likelihoods"} <= set(frame.columns)
    other = frame.filter(pl.col("condition") == "other").join(frame.filter(condition="real"), on="id", suffix=" real")
    patient = pl.col("image").str.slice(0, 1).cast(pl.Int64) // 2
    assert other.select((patient != pl.col("image real").str.slice(0, 1).cast(pl.Int64) // 2).all()).item()
    assert "Answer with one of: yes, no." in frame.filter(id="vqa0")["prompt"][0]


@pytest.mark.nightly
def test_answers_do_not_depend_on_what_shares_their_batch(our, table, tmp_path):
    planned = planned_of(our, short(table, "rec", "multi_class", "text_qa", pictures=3))
    alone, together = (collect(planned, {"x": "y"}, tmp_path / str(size), size, lambda line: None) for size in (1, 16))
    assert np.mean(np.all(alone.read(GENERATED) == together.read(GENERATED), axis=1)) > 0.97  # ties of rounding apart
    np.testing.assert_allclose(alone.read(LIKELIHOODS), together.read(LIKELIHOODS), atol=1e-3)


def test_killed_at_any_batch_the_answers_are_those_of_a_whole_run(our, table, tmp_path):
    planned = planned_of(our, short(table, "rec", "multi_class", "text_qa", pictures=4))

    def run(folder, most=None):
        child = os.fork()
        if not child:
            original, count = Passes.run, 0

            def counted(work, ready):
                nonlocal count
                count += 1
                if most is not None and count > most:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(work, ready)

            Passes.run = counted
            collect(planned, {"x": "y"}, folder, 3, lambda line: None)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert run(tmp_path / "whole") == 0
    killed = [run(tmp_path / "parts", most) for most in (2, 5, 4)]
    assert killed == [-signal.SIGKILL] * 3 and run(tmp_path / "parts") == 0
    assert bytes_of(tmp_path / "parts") == bytes_of(tmp_path / "whole")


def test_a_run_of_something_else_is_refused(done, our, table):
    _, out = done
    with pytest.raises(InputError, match="was made with other cases"):
        evaluate(our, table, EvaluationSettings(seed=1, batch_size=8), out, lambda line: None)
    with pytest.raises(InputError, match="was made with another batch size"):
        evaluate(our, table, EvaluationSettings(batch_size=4), out, lambda line: None)
    assert (out / ANSWERS).is_dir()


def test_a_picture_that_cannot_be_read_sets_its_entry_aside(our, tmp_path):
    path = write_table(tmp_path, entry(9, "vqa", group="patient 9"), entry(8, "vqa", group="patient 8"))
    (tmp_path / "9.png").write_bytes(b"no picture")
    PIL.Image.new("L", (56, 56)).save(tmp_path / "8.png")
    found = evaluate(our, opened(path, Chosen(tasks=("vqa",))), SETTINGS, tmp_path / "run", lambda line: None)
    assert [(each.id, each.reason) for each in found.set_aside] == [
        ("e9", "the image could not be read when the model ran")
    ]
    (task,) = found.tasks
    assert [(each.condition, each.failed) for each in task.outcomes] == [("real", 1), ("blind", 0), ("other", 1)]


def test_a_model_that_wants_an_image_is_shown_a_grey_one(load_family, table, tmp_path):
    paligemma = load_family("paligemma")
    planned = planned_of(paligemma, short(table, "text_qa", "rec", pictures=2))
    assert planned.blind == "grey" and "image" in planned.alone
    store = collect(planned, {"x": "y"}, tmp_path / "answers", 4, lambda line: None)
    assert store.read(GENERATED).shape[0] == len(planned.requests)


@pytest.mark.parametrize(
    "family", ["qwen2_5_vl", *(pytest.param(each, marks=pytest.mark.nightly) for each in ("gemma3", "idefics3"))]
)
def test_families_are_asked_by_their_text_alone(load_family, table, tmp_path, family):
    planned = planned_of(load_family(family), short(table, "text_qa", "vqa", pictures=1))
    assert planned.blind == "text" and planned.in_front == 0
    blind = next(row for row, each in enumerate(planned.requests) if each.condition == "blind")
    assert not planned.shows_picture(blind)
    store = collect(planned, {"x": "y"}, tmp_path / "answers", 8, lambda line: None)
    assert (np.asarray(store.read("failed")) == 0).all()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"target": "perhaps"}, "the target 'perhaps' is none of the options yes, no"),
        ({"prompt": "Is it <|im_end|> so?"}, r"special token '<\|im_end\|>'"),
    ],
)
def test_what_cannot_be_judged_is_set_aside_with_its_reason(our, tmp_path, changes, reason):
    path = write_table(tmp_path, entry(0, "vqa", id="bad", **changes))
    planned = planned_of(our, opened(path, Chosen(tasks=("vqa",))), ("real",))
    (one,) = planned.unsound
    assert one.id == "bad"
    assert re.search(reason, one.reason)


def test_targets_that_cannot_be_said_are_counted(our, tmp_path):
    long = entry(0, "rec", id="long", target="word " * 60)
    path = write_table(tmp_path, long)
    found = evaluate(our, opened(path, Chosen(tasks=("rec",))), SETTINGS, tmp_path / "run", lambda line: None)
    (task,) = found.tasks
    assert [(each.id, "an answer ends after 32" in each.reason) for each in task.unsayable] == [("long", True)]


def test_bad_choices_are_one_sentence(tmp_path):
    path = write_table(tmp_path)
    for chosen, said in (
        ({"split": "tets"}, "There is no split in the table 'tets'"),
        ({"tasks": ("vqaa",)}, "There is no task 'vqaa'.*did you mean 'vqa'"),
        ({"most": 0}, "give 1 or more"),
    ):
        with pytest.raises(InputError, match=said):
            opened(path, Chosen(**chosen))
    with pytest.raises(InputError, match="There is no annotation table"):
        opened(tmp_path / "none.parquet")
    with pytest.raises(InputError, match="must be 100 or more, not 3"):
        EvaluationSettings(resamples=3)
    assert len(opened(path, Chosen(tasks=("vqa",), most=3)).entries) == 3


def test_entries_that_break_a_rule_are_set_aside_and_nothing_is_lost(tmp_path):
    found = opened(write_table(tmp_path, entry(3, "vqa", id="bad", target="")))
    assert found.given == len(found.entries) + 1 and found.set_aside[0].reason == "the target is empty"


def test_another_window_is_another_run(our, table, tmp_path):
    few = short(table, "rec", pictures=2)
    settings = replace(SETTINGS, controls=False)
    evaluate(our, few, settings, tmp_path, lambda line: None)
    with pytest.raises(InputError, match="preparation"):
        evaluate(our, few, settings, tmp_path, lambda line: None, Preparation.parse("bone"))


@pytest.mark.parametrize("controls", [True, False])
def test_where_no_picture_can_be_read_it_is_one_sentence(our, table, tmp_path, controls):
    few = short(table, "rec", pictures=2)
    lost = tuple(replace(each, image=f"lost {each.image}") for each in few.entries)
    settings = replace(SETTINGS, controls=controls)
    with pytest.raises(InputError, match="None of the"):
        evaluate(our, replace(few, entries=lost), settings, tmp_path, lambda line: None)


def test_a_prompt_that_the_context_does_not_hold_is_set_aside_as_such(our, table, tmp_path):
    long = entry(0, "vqa", id="long", prompt="What is seen? " * 3000)
    (first, *_) = short(table, "vqa", pictures=1).entries
    given = replace(table, entries=(first, replace(long, image=first.image)))
    found = evaluate(our, given, replace(SETTINGS, controls=False), tmp_path, lambda line: None)
    (aside,) = found.set_aside
    assert aside.id == "long" and "tokens long, an answer may take 48, and the context holds" in aside.reason
