import json
import signal

import pytest
import torch
from safetensors.torch import load_file, save_file

from angiogram.errors import InputError
from angiogram.train.checkpoint import Checkpoint
from angiogram.train.loop import fit
from angiogram.train.piece import Piece, one_pass
from angiogram.train.schedule import Schedule


def build():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1))


def train(stop, folder, conditions=None):
    """The model after nine steps, or as the interruption at the step `stop` leaves it."""

    def loss(model, draw):
        if draw == stop:
            raise KeyboardInterrupt
        return model(torch.randn(8, 3)).square().mean()

    model = build()
    groups = [{"params": list(model.parameters()), "lr": 0.1}]
    schedule = Schedule(steps=9, warmup=0.1, seed=3, keep_every=4)
    fit(model, one_pass(loss), groups, schedule, folder, conditions or {"recipe": "one"}, lambda _: None)
    return model


@pytest.fixture
def interrupted(tmp_path):
    """The checkpoint of a run that was interrupted."""
    with pytest.raises(KeyboardInterrupt):
        train(6, tmp_path / "parts")
    return tmp_path / "parts"


def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(interrupted, tmp_path):
    whole, again = train(None, tmp_path / "whole"), train(None, interrupted)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_the_checkpoint_of_another_run_is_refused(interrupted):
    with pytest.raises(InputError, match=r"parts' is of another recipe; choose another --out or delete it"):
        train(None, interrupted, {"recipe": "another"})


def test_what_differs_from_the_checkpoint_is_named(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(6, tmp_path / "parts", {"batch size": "8", "recipe": "one"})
    with pytest.raises(InputError, match="was made with the batch size 8, not 16; choose another --out"):
        train(None, tmp_path / "parts", {"batch size": "16", "recipe": "other"})
    with pytest.raises(InputError, match="was made with the number of processes 1, not 2"):
        model = build()
        groups = [{"params": list(model.parameters()), "lr": 0.1}]
        Checkpoint(
            tmp_path / "parts",
            model,
            torch.optim.AdamW(groups),
            None,
            {"batch size": "8", "recipe": "one", "number of processes": "2"},
        ).restore()


def test_a_checkpoint_does_not_go_on_in_another_precision(tmp_path):
    linear(
        lambda draw: [half(range(8))], tmp_path / "run", keep_every=2, precision="float32", stop=lambda done: done == 3
    )
    with pytest.raises(InputError, match="was made with the precision float32, not bfloat16; choose another --out"):
        linear(lambda draw: [half(range(8))], tmp_path / "run", precision="bfloat16")


def test_one_process_trains_in_one_precision_after_another(tmp_path):
    rounded = []

    def loss(model, draw):
        given = model(torch.randn(8, 3))
        rounded.append(torch.equal(given, given.bfloat16().float()))
        return given.square().mean()

    for number, precision in enumerate(("float32", "bfloat16", "float32")):
        linear(one_pass(loss), tmp_path / str(number), steps=1, precision=precision)
    assert rounded == [False, True, False]


def test_a_checkpoint_without_a_trained_weight_is_one_sentence(interrupted):
    weights = load_file(interrupted / "model.safetensors")
    del weights["2.bias"]
    save_file(weights, interrupted / "model.safetensors")
    with pytest.raises(InputError, match=r"lacks 1 of the weights that are trained, the first '2\.bias'"):
        train(None, interrupted)


@pytest.mark.parametrize("file", ["step.json", "model.safetensors", "run.pt"])
@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff\x00"])
def test_a_damaged_checkpoint_is_one_sentence(interrupted, file, content):
    (interrupted / file).unlink()
    if content is not None:
        (interrupted / file).write_bytes(content)
    with pytest.raises(InputError, match="is damaged; delete it and run again"):
        train(None, interrupted)


def half(rows, names=()):
    """A pass over some rows of one fixed batch, with its share of the mean over all eight."""

    def losses(model):
        torch.manual_seed(0)
        return {"a": model(torch.randn(8, 3)[list(rows)]).square().mean()}

    return Piece(losses, {"a": len(rows) / 8}, names)


def linear(pieces, folder, steps=4, keep_every=50, precision="auto", **more):
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1)
    groups = [{"params": list(model.parameters()), "lr": 0.1, "name": "all"}]
    schedule = Schedule(steps, 0.1, 0, keep_every=keep_every, precision=precision)
    fit(model, pieces, groups, schedule, folder, {"recipe": "one"}, lambda _: None, **more)
    return model.weight


def test_a_step_is_the_same_however_it_is_divided(tmp_path):
    whole = linear(lambda draw: [half(range(8))], tmp_path / "one")
    divided = linear(lambda draw: [half(range(5)), half(range(5, 8))], tmp_path / "two")
    torch.testing.assert_close(whole, divided, atol=1e-3, rtol=0)  # passes are computed in bfloat16 where that is fast


def test_watchers_are_told_of_every_step(tmp_path):
    told = []
    linear(lambda draw: [half(range(8), ("e1", "e2"))], tmp_path / "one", watchers=[told.append])
    assert [step.done for step in told] == [1, 2, 3, 4] and told[0].steps == 4
    assert told[0].names == ("e1", "e2") and told[0].loss == pytest.approx(told[0].tasks["a"])
    assert told[0].rates["all"] == 0 or told[0].rates["all"] <= 0.1
    assert told[-1].loss < told[0].loss


def test_a_loss_that_is_no_number_stops_and_keeps_what_was_before(tmp_path):
    def pieces(draw):
        piece = half(range(8), (f"entry {draw}",))
        if draw < 3:
            return [piece]
        return [Piece(lambda model: {"a": piece.losses(model)["a"] * float("nan")}, piece.shares, piece.names)]

    with pytest.raises(InputError, match=r"Step 4 on entry 3 was not made: its loss is nan\. The 3 steps before it"):
        linear(pieces, tmp_path / "run", steps=9)
    kept = load_file(tmp_path / "run" / "model.safetensors")
    assert torch.isfinite(kept["weight"]).all()
    good = linear(lambda draw: [half(range(8))], tmp_path / "good", steps=9, stop=lambda done: done == 3)
    torch.testing.assert_close(kept["weight"], good)


def test_a_loss_that_is_no_number_leaves_an_older_checkpoint_as_it_was(tmp_path):
    seen = {}

    def loss(model, draw):
        if draw == 5:
            seen.update(load_file(tmp_path / "run" / "model.safetensors"))
        return model(torch.randn(8, 3)).square().mean() * (float("inf") if draw == 5 else 1)

    for keep_every in (2, 50):  # from the start, and going on from that checkpoint
        with pytest.raises(InputError, match=r"its loss is inf\. The checkpoint of step 4 is kept, and nothing of the"):
            linear(one_pass(loss), tmp_path / "run", steps=9, keep_every=keep_every)
        assert json.loads((tmp_path / "run" / "step.json").read_text())["step"] == 4
        assert torch.equal(load_file(tmp_path / "run" / "model.safetensors")["weight"], seen["weight"])


@pytest.fixture
def heard():
    """Ctrl-C is not ignored, as it is in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("at", [2, 8])
def test_ctrl_c_keeps_the_step_that_is_being_made_also_the_last(heard, tmp_path, at):
    def pieces(draw):
        if draw == at:
            signal.raise_signal(signal.SIGINT)
        return [half(range(8))]

    with pytest.raises(KeyboardInterrupt):
        linear(pieces, tmp_path / "run", steps=9)
    assert json.loads((tmp_path / "run" / "step.json").read_text())["step"] == at + 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    again = linear(lambda draw: [half(range(8))], tmp_path / "run", steps=9)
    torch.testing.assert_close(again, linear(lambda draw: [half(range(8))], tmp_path / "whole", steps=9))
