import pytest
import torch

from angiogram.errors import InputError
from angiogram.train.loop import Schedule, fit


def build():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1))


def train(stop, folder, identity="run"):
    """The model after nine steps, or as the interruption at the step `stop` leaves it."""

    def loss(model, draw):
        if draw == stop:
            raise KeyboardInterrupt
        return model(torch.randn(8, 3)).square().mean()

    model = build()
    groups = [{"params": list(model.parameters()), "lr": 0.1}]
    schedule = Schedule(steps=9, warmup=0.1, seed=3, keep_every=4)
    fit(model, loss, groups, schedule, folder, identity, lambda _: None)
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
        train(None, interrupted, "another")


@pytest.mark.parametrize("file", ["step.json", "model.safetensors", "run.pt"])
@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff\x00"])
def test_a_damaged_checkpoint_is_one_sentence(interrupted, file, content):
    (interrupted / file).unlink()
    if content is not None:
        (interrupted / file).write_bytes(content)
    with pytest.raises(InputError, match="is damaged; delete it and run again"):
        train(None, interrupted)
