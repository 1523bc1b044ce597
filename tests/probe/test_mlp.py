"""The paper's protocol: schedule, steps, seeds; runs side by side are the runs alone."""

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.probe.mlp import MlpProbe, schedule


def made(N=64, D=10, K=3):
    rng = np.random.default_rng(0)
    y = np.arange(N) % K
    return rng.normal(size=(N, D)) + 2 * rng.normal(size=(K, D))[y], y


def test_two_runs_side_by_side_are_the_two_runs_alone():
    X, y = made()
    both = MlpProbe(hidden=32, epochs=3).fit(X, y).scores(X)
    alone = [MlpProbe(hidden=32, epochs=3, seeds=[seed]).fit(X, y).scores(X) for seed in (0, 1)]
    np.testing.assert_allclose(both, (alone[0] + alone[1]) / 2, atol=1e-5)
    assert np.abs(alone[0] - alone[1]).max() > 1e-3


def test_it_bends_where_a_line_cannot():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(np.int64)
    fitted = MlpProbe(epochs=40).fit(X[:300], y[:300])
    assert np.mean(fitted.predict(X[300:]) == y[300:]) > 0.8


def test_the_schedule_warms_up_and_ends_at_zero():
    rates = [schedule(step, 400, 0.05) for step in range(400)]
    assert np.argmax(rates) == 19 and rates[19] == 1.0
    assert rates[-1] < 1e-4
    assert (np.diff(rates[20:]) < 0).all()


@pytest.mark.parametrize("bad", [{"hidden": 0}, {"epochs": 0}, {"seeds": ()}])
def test_nothing_to_train_is_refused(bad):
    with pytest.raises(InputError, match="needs hidden units, epochs and seeds"):
        MlpProbe(**bad)
