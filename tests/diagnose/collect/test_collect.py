"""What the runner makes of real faults, on a tiny real model."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.collect.fill import chosen_batch_size, collect
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.plan import LIKELIHOODS, plan
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.model.prompt import prepare
from angiogram.tap.store import FAILED

SETTINGS = Settings(permutations=20, resamples=200, batch_size=8)


def collected(loaded, cases, folder, size, said=None):
    examined = examine(cases)
    planned = plan(loaded, cases, np.ones(len(cases), dtype=bool))
    settings = fingerprint(planned, cases, examined.hashes)
    return collect(planned, examined, settings, folder, size, (said if said is not None else []).append)


def missing(cases, ids, reads=1):
    """The same cases, of which some images vanish after having been read so many times."""
    left = dict.fromkeys(ids, reads)

    def read(row):
        if row.id in left:
            if not left[row.id]:
                raise InputError(f"There is no image '{row.path}'.")
            left[row.id] -= 1
        return cases.read(row)

    return replace(cases, read=read)


def not_finite(loaded, monkeypatch, bright):
    """Block 1 gives NaN for images whose prepared mean is above `bright`."""
    block = loaded.model.get_submodule(loaded.anatomy.llm_blocks[1])
    forward, vision = block.forward, type(loaded.model).forward
    marked = []

    def seen(self, *args, **kwargs):
        if (pixels := kwargs.get("pixel_values")) is not None:
            marked[:] = [pixels.flatten(1).mean(dim=1) > bright]
        return vision(self, *args, **kwargs)

    def broken(states, *args, **kwargs):
        found = forward(states, *args, **kwargs)
        tensor = (found[0] if isinstance(found, tuple) else found).clone()
        if len(marked[0]) == len(tensor):
            tensor[marked[0]] = torch.nan
        return (tensor, *found[1:]) if isinstance(found, tuple) else tensor

    monkeypatch.setattr(type(loaded.model), "forward", seen)
    monkeypatch.setattr(block, "forward", broken)


def test_what_does_not_fit_is_halved_and_planned_bytes_are_said_first(tiny, squares, tmp_path, monkeypatch):
    whole = collected(tiny, squares, tmp_path / "whole", 16)
    forward, sizes = type(tiny.model).forward, []

    def small(self, *args, **kwargs):
        sizes.append(len(kwargs["input_ids"]))
        if sizes[-1] > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(type(tiny.model), "forward", small)
    said = []
    pieces = collected(tiny, squares, tmp_path / "pieces", 16, said)
    assert [size for size in sizes if size > 5] == [16, 8]
    assert "taps of 48 cases, " in said[0] and said[-1].endswith("48/48 cases")
    for name in whole.names:
        np.testing.assert_allclose(whole.read(name), pieces.read(name), atol=1e-4)


def test_auto_is_sixteen_on_a_cpu_and_what_a_store_was_begun_with(tiny, squares, tmp_path):
    examined, planned = examine(squares), plan(tiny, squares, None)
    assert chosen_batch_size(planned, examined, tmp_path / "none", None) == 16
    collected(tiny, squares, tmp_path / "features", 7)
    assert chosen_batch_size(planned, examined, tmp_path / "features", None) == 7
    assert chosen_batch_size(planned, examined, tmp_path / "features", 5) == 5


def test_a_finished_store_is_used_without_the_model(tiny, squares, tmp_path, monkeypatch):
    collected(tiny, squares, tmp_path / "features", 16)
    monkeypatch.setattr(type(tiny.model), "forward", lambda *_, **__: pytest.fail("the model ran"))
    collected(tiny, squares, tmp_path / "features", 16)


def test_an_image_that_vanished_is_set_aside_and_tried_again_next_time(tiny, squares, tmp_path):
    store = collected(tiny, missing(squares, ["0", "9"]), tmp_path / "features", 8)
    assert np.flatnonzero(store.read(FAILED)).tolist() == [0, 9]
    assert all(not store.read(name)[[0, 9]].any() for name in store.names)
    whole = collected(tiny, squares, tmp_path / "whole", 8)
    again = collected(tiny, squares, tmp_path / "features", 8)
    assert all((again.read(name) == whole.read(name)).all() for name in (*whole.names, FAILED))


def test_a_diagnosis_goes_on_without_cases_that_are_not_finite(tiny, squares, tmp_path, monkeypatch):
    examined = examine(squares)
    bright = np.array([squares.read(row).pixels.mean() for row in squares.rows])
    evaluated = np.flatnonzero([row.split == "test" for row in squares.rows])
    worst = np.argsort(bright)[-2:]
    not_finite(tiny, monkeypatch, brightest_two(tiny, squares))
    reference = Reference("the truth", predicted=squares.labels[evaluated])
    splits = assign(examined.cases, 3, 0)
    diagnosed = diagnose(
        tiny, examined, splits, reference, SETTINGS, tmp_path / "run", tmp_path / "cache", lambda _: None
    )
    report = diagnosed.diagnosis
    assert {case for case, _ in report.quarantined} == {squares.rows[i].id for i in worst}
    assert {why for _, why in report.quarantined} == {"llm.block.1@image is not finite"}
    assert report.evaluated == len(set(evaluated.tolist()) - set(worst.tolist())) == len(diagnosed.case_ids)
    assert next(stage for stage in report.stages if stage.key == "R").accuracy.value == 1.0
    assert any("2 cases could not be used" in warning for warning in report.warnings)


def brightest_two(loaded, cases):
    """A mean between those of the second and the third brightest prepared image."""
    inputs = prepare(loaded.processor, "<image>", [cases.read(row) for row in cases.rows])
    means = inputs["pixel_values"].flatten(1).mean(dim=1).sort().values
    return float(means[-3:-1].mean())


def test_when_a_class_has_no_training_case_left_it_is_one_sentence(tiny, squares, tmp_path, monkeypatch):
    not_finite(tiny, monkeypatch, -100.0)
    examined = examine(squares)
    with pytest.raises(InputError, match=r"No training case of the class 'left kidney' is left: 48 cases failed"):
        diagnose(
            tiny, examined, assign(squares, 3, 0), None, SETTINGS, tmp_path / "run", tmp_path / "cache", lambda _: None
        )


def test_half_a_minute_after_the_start_the_first_cases_are_told_once(tiny, squares, tmp_path, monkeypatch):
    monkeypatch.setattr("angiogram.tap.runner.GLANCE", 0.0)
    said: list[str] = []
    store = collected(tiny, squares, tmp_path / "store", 16, said)
    (told,) = [line for line in said if "likeliest class name" in line]
    first = np.asarray(store.read(LIKELIHOODS)[:16]).mean(axis=1).argmax(axis=1)
    assert "of the first 16 cases the likeliest class name, not calibrated, is right in " in told
    assert f"{100 * np.mean(first == squares.labels[:16]):.0f} % (always" in told
    said.clear()
    collected(tiny, squares, tmp_path / "store", 16, said)  # all is there: nothing is looked at
    assert not any("likeliest" in line for line in said)
