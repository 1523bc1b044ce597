"""The specialist that ships with the demo."""

import numpy as np
import pytest
import torch
from torch import nn

from angiogram.cli.demo import Demo
from angiogram.data.divide import divide
from angiogram.data.intake import examine
from angiogram.data.phantom import phantom_cases
from angiogram.data.splits import subset
from angiogram.train.references.scratch import CNN, cnn
from angiogram.train.references.shipped import WEIGHTS, load_shipped, write_shipped
from angiogram.train.references.task import Task


def network():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def test_weights_are_taken_for_their_own_training_alone(tmp_path):
    trained, other = network().eval(), network().eval()
    write_shipped(trained, "a digest", CNN, (1.0, 0.5), tmp_path / "small")
    assert load_shipped(other, "another digest", tmp_path) is None
    assert load_shipped(other, "a digest", tmp_path) == (1.0, 0.5)
    given = torch.randn(5, 3)
    torch.testing.assert_close(other(given), trained(given), atol=5e-3, rtol=5e-3)
    assert not other.training


def test_the_demo_trains_no_specialist(tiny, shared_cache, tmp_path):
    """Its default cases are those that the weights which ship learnt from; others are learnt anew."""
    cases = subset(phantom_cases(shared_cache), Demo.train_cases, Demo.test_cases, 0)
    examined, splits = divide(examine(cases, lambda _: None), 5, 0)
    ((train, test),) = splits.pairs
    lines: list[str] = []
    task = Task(examined.cases, examined.hashes, tiny, tmp_path, lines.append)
    learned = cnn(task, np.asarray(train), np.asarray(test))
    assert lines == [] and len(learned.curve) == CNN.steps and learned.training == CNN
    assert np.mean(learned.predicted == examined.cases.labels[test]) > 0.7
    with pytest.raises(StopIteration):
        cnn(Task(examined.cases, examined.hashes, tiny, tmp_path, _stop), np.asarray(train[1:]), np.asarray(test))
    assert (WEIGHTS / "cnn-phantom" / "README.md").is_file()


def _stop(_: str) -> None:
    raise StopIteration
