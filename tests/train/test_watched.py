"""What a stage does besides its steps: dynamics along it, which change nothing, and other ways to follow the tasks."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from angiogram.api.training import train_together
from angiogram.api.watching import Watching
from angiogram.data.progress import silent
from angiogram.errors import InputError
from angiogram.train.recipe import PartTraining, Recipe, Stage
from angiogram.train.rows import read_rows
from tests.train.tables import write_table

STAGE = Stage(
    "tuned", 5, 4, {"connector": PartTraining("full", 1e-3), "llm": PartTraining("lora", 1e-2, 2, 4)}, keep_every=2
)


@pytest.fixture
def run(tiny_folder, tmp_path):
    """The folder of a stage after training."""
    table = write_table(tmp_path / "table")

    def start(out, stage=STAGE, watching=None):
        recipe = Recipe("watched", 0, (stage,), model=str(tiny_folder), data=str(table))
        (folder,) = train_together(
            recipe, tmp_path / out, cache=tmp_path, progress=silent, watching=watching or Watching()
        )
        return folder

    return start


def test_dynamics_along_a_training_change_nothing(run):
    plain, watched = run("plain"), run("watched", watching=Watching(dynamics=2))
    for name, value in load_file(plain / "model.safetensors").items():
        assert torch.equal(load_file(watched / "model.safetensors")[name], value), name
    rows = read_rows(watched.parent / "tuned.dynamics.jsonl")
    assert sorted({row["step"] for row in rows}) == [1, 2, 4]
    whole = [row for row in rows if row["module"] == "all"]
    assert len(whole) == 3 and {row["n"] for row in whole} == {12}  # as many entries have an image
    assert len({row["entropy"] for row in whole}) == 3
    assert all(0 < row["entropy"] <= torch.tensor(12.0).log() and 1 / 12 <= row["dominant"] <= 1 for row in whole)


def test_samples_are_answers_and_change_nothing(run):
    plain, watched = run("plain"), run("watched", watching=Watching(samples=2))
    for name, value in load_file(plain / "model.safetensors").items():
        assert torch.equal(load_file(watched / "model.safetensors")[name], value), name
    rows = read_rows(watched.parent / "tuned.samples.jsonl")
    assert [row["step"] for row in rows] == [2, 2, 2, 4, 4, 4, 5, 5, 5]  # a row a task that has images
    assert {"question", "answer", "finished", "target", "entry"} < set(rows[0])


@pytest.mark.parametrize("log", ["tensorboard", "trackio"])
def test_steps_are_logged(run, log, monkeypatch, tmp_path, capsys):
    pytest.importorskip(log, reason=f"{log} is not installed")
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    folder = run("logged", watching=Watching(logs=(log,)))
    if log == "tensorboard":
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        events = EventAccumulator(str(folder.parent / "logs" / "tuned")).Reload()
        rates = [tag for tag in events.Tags()["scalars"] if tag.startswith("learning rate/")]
        assert len(rates) == 2 and len(events.Scalars("loss")) == 5
        rows = read_rows(folder.parent / "tuned.steps.jsonl")
        assert [event.value for event in events.Scalars("loss")] == pytest.approx([row["loss"] for row in rows])
    else:
        assert "Created new run: tuned" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("watching", "said"),
    [
        (Watching(dynamics=0), "--dynamics 0 is no number of steps"),
        (Watching(samples=-1), "--samples -1 is no number of steps"),
        (Watching(logs=("tensorbord",)), "no place to log to 'tensorbord'.*did you mean 'tensorboard'"),
    ],
)
def test_what_cannot_be_watched_is_one_sentence(run, watching, said):
    with pytest.raises(InputError, match=said):
        run("out", watching=watching)


@pytest.mark.parametrize("aggregation", [{"name": "mean"}, {"name": "upgrad"}, {"name": "sum"}])
def test_tasks_can_be_followed_in_other_ways(run, aggregation):
    pytest.importorskip("torchjd", reason="torchjd is not installed")
    plain = read_rows(run("plain").parent / "tuned.steps.jsonl")
    other = read_rows(run("other", replace(STAGE, aggregation=aggregation)).parent / "tuned.steps.jsonl")
    assert [row["entries"] for row in plain] == [row["entries"] for row in other]
    assert plain[0]["tasks"] == pytest.approx(other[0]["tasks"], rel=1e-4)
    assert plain[-1]["loss"] != other[-1]["loss"] and other[-1]["loss"] < 20


@pytest.mark.parametrize("name", ["upgrad", "cagrad", "imtl_g", "geometric_mean"])
def test_a_loss_that_is_no_number_is_named_whatever_follows_the_tasks(run, name):
    pytest.importorskip("torchjd", reason="torchjd is not installed")
    wild = replace(STAGE, parts={"connector": PartTraining("full", 1e30)}, warmup=0.0, aggregation={"name": name})
    if name == "cagrad":
        wild.aggregation["c"] = 0.4
    with pytest.raises(
        InputError, match=r"Step \d on .* was not made: its (loss|gradient) is .*lower the learning rate"
    ):
        run(name, wild)


def test_samples_of_what_is_no_number_leave_it_to_the_training_to_say(run):
    wild = replace(STAGE, parts={"connector": PartTraining("full", 1e30)}, warmup=0.0)
    with pytest.raises(InputError, match=r"Step \d on .* was not made: its loss is"):
        run("wild", wild, Watching(samples=1))


def test_an_entry_that_has_no_room_for_its_answer_does_not_end_a_training(run, monkeypatch):
    monkeypatch.setattr("angiogram.answer.conversation.context_of", lambda model: 60)
    rows = read_rows(run("short", watching=Watching(samples=5)).parent / "tuned.samples.jsonl")
    assert rows and all(row["answer"] is None and not row["finished"] for row in rows)


def test_a_setting_that_the_method_does_not_have_is_one_sentence(run):
    pytest.importorskip("torchjd", reason="torchjd is not installed")
    with pytest.raises(
        InputError, match=r"no setting of the aggregation 'upgrad' 'pref_vectr'.*did you mean 'pref_vector'"
    ):
        run("other", replace(STAGE, aggregation={"name": "upgrad", "pref_vectr": 1.0}))
