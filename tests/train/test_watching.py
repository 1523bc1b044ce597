"""The lines of a training: the mean since the line before, each task's, each part's rate, time left and memory."""

from angiogram.train import watching
from angiogram.train.watching import Lines, Step


def step(done, loss=1.0, steps=25, tasks=None):
    rates = {"connector": 1e-3, "llm": 2.5e-4}
    return Step(done, steps, loss, {"vqa": loss, "report": 2 * loss} if tasks is None else tasks, rates)


def said(losses, **more):
    lines = []
    tell = Lines(lines.append)
    for done, loss in enumerate(losses, 1):
        tell(step(done, loss, **more))
    return lines


def test_a_line_is_the_mean_since_the_one_before():
    lines = said([1.0] * 10 + [3.0] * 10 + [5.0] * 5)
    assert [line.split("  ")[0] for line in lines] == ["step 10/25", "step 20/25", "step 25/25"]
    assert [line.split("  ")[1] for line in lines] == ["loss 1.000", "loss 3.000", "loss 5.000"]
    assert "(report 6.000, vqa 3.000)" in lines[1]
    assert "learning rate connector 1.0e-03, llm 2.5e-04" in lines[0]
    assert "left" in lines[0] and "left" not in lines[-1] and lines[0].endswith(" GiB")


def test_a_loss_without_a_task_is_told_alone():
    (line,) = said([1.0] * 10, steps=10, tasks={"": 1.0})
    assert "(" not in line


def test_slow_steps_are_told_sooner(monkeypatch):
    clock = iter(range(0, 10_000, 15))
    monkeypatch.setattr(watching.time, "monotonic", lambda: next(clock))
    assert [line.split("  ")[0] for line in said([1.0] * 6)] == ["step 2/25", "step 4/25", "step 6/25"]
