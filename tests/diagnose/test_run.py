import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from pyarrow import parquet

from angiogram.compare.beside import beside
from angiogram.data.intake import examine
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.data.splits import assign
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.model.load import random_twin
from angiogram.report.disk import read_report, write_report
from tests.diagnose.made import PLACES

SETTINGS = Settings(permutations=20, resamples=200, batch_size=5)


def run(tiny, squares, out, cache, reference=None, settings=SETTINGS):
    examined = examine(squares)
    return diagnose(tiny, examined, assign(examined.cases, 3, 0), reference, settings, out, cache, lambda _: None)


@pytest.fixture(scope="module")
def done(load_family, squares, tmp_path_factory):
    """A run with the settings above and without a reference, and its folder; neither is to be changed."""
    folder = tmp_path_factory.mktemp("done")
    return run(load_family("angiogram"), squares, folder / "run", folder / "cache").diagnosis, folder / "run"


def test_a_whole_run_leaves_a_whole_folder(tiny, squares, tmp_path):
    evaluated = np.flatnonzero([row.split == "test" for row in squares.rows])
    reference = Reference("the truth", predicted=squares.labels[evaluated])
    diagnosed = run(tiny, squares, tmp_path / "run", tmp_path / "cache", reference)
    diagnosis = diagnosed.diagnosis
    write_report(diagnosis, tmp_path / "run")
    assert {p.name for p in (tmp_path / "run").iterdir()} == {
        "cases.parquet", "config.json", "taps.json", "features", "answers.parquet", "probes.parquet",
        "lens.parquet", "predictions.parquet", "report.json", "report.html",
    }  # fmt: skip
    assert diagnosis.evaluated == len(evaluated) == 16
    assert [stage.key for stage in diagnosis.stages] == list("RVCIUSG")
    assert len(diagnosis.curve) == len(json.loads((tmp_path / "run" / "taps.json").read_text())) == 13
    assert parquet.read_table(tmp_path / "run" / "answers.parquet").num_rows == 16
    written = read_report(tmp_path / "run")
    assert written["headline"] == diagnosis.headline and written["fault"] == list(diagnosis.fault)
    assert written["proof"] == list(diagnosis.proof) and len(diagnosis.headline.split()) <= 20
    assert [rung["place"] for rung in written["ladder"]["rungs"]] == list(PLACES)
    assert written["ladder"]["allowed"] == 10 * 48
    page = (tmp_path / "run" / "report.html").read_text()
    assert 'id="ladder"' in page and all(f"{rung.place}<small>" in page for rung in diagnosis.ladder.rungs)


def test_without_the_ladder_nothing_costly_is_tried_and_the_page_says_so(tiny, squares, tmp_path):
    settings = replace(SETTINGS, ladder="free")
    ladder = run(tiny, squares, tmp_path / "run", tmp_path / "cache", settings=settings).diagnosis.ladder
    assert all(
        rung.done == "Left out: only repairs without passes were asked for." and rung.passes == 0
        for rung in ladder.rungs[4:]
    )


def test_where_nothing_can_be_read_no_fault_is_named(done):
    """Random weights and four classes: the answer loses nothing that a probe reads for sure."""
    diagnosis, _ = done
    present = {card.mode for card in diagnosis.verdicts if card.state == "present"}
    assert bool(diagnosis.fault) <= bool(present) and (not present or diagnosis.headline)
    assert diagnosis.headline.startswith("The image is lost in ") == bool(diagnosis.fault)


def test_the_steps_add_up_to_the_total_exactly(done):
    diagnosis, _ = done
    assert sum(step.loss.value for step in diagnosis.steps) == diagnosis.total.value


def test_bright_quarters_are_read_from_the_pixels_and_by_a_grid(done):
    curve = {p.tap: p for p in done[0].curve}
    assert curve["pixels"].accuracy.value == 1.0
    assert curve["encoder.out"].grid == 1.0


def test_the_encoder_is_not_blamed_for_what_only_the_mean_hides(tiny, squares, tmp_path):
    evaluated = np.flatnonzero([row.split == "test" for row in squares.rows])
    reference = Reference("the truth", predicted=squares.labels[evaluated])
    alone = replace(squares, rows=tuple(replace(row, group=row.id) for row in squares.rows))
    settings = replace(SETTINGS, resamples=2000)
    diagnosis = run(tiny, alone, tmp_path / "run", tmp_path / "cache", reference, settings).diagnosis
    assert diagnosis.steps[0].loss.low > 0.05  # by the mean the encoder loses it
    assert diagnosis.verdicts[0].state == "undetermined" and "Position matters" in diagnosis.verdicts[0].evidence
    assert "vision" not in diagnosis.fault or "together" in " ".join(diagnosis.proof)


def test_the_lens_is_read_at_every_block_and_the_utilisation_is_said(done):
    diagnosis, folder = done
    rows = parquet.read_table(folder / "lens.parquet").to_pylist()
    assert [row["tap"] for row in rows] == [f"llm.block.{i}@last" for i in range(3)]
    assert [row["accuracy"] for row in rows] == [point.accuracy.value for point in diagnosis.lens]
    stored = np.load(folder / "features" / "answer.lens.npy")
    assert stored.shape == (48, 3, 4) and np.isfinite(stored).all() and stored.max() <= 1e-6
    places = {point.tap: point.depth for point in diagnosis.curve}
    assert all(places[point.tap] == point.depth for point in diagnosis.lens)
    assert "answer forms" in diagnosis.forming and diagnosis.utilisation.tap == "connector.out"
    twin = {point.tap: point.twin for point in diagnosis.curve}
    assert diagnosis.utilisation.floor.value == pytest.approx(twin["connector.out"])


def test_a_store_without_the_lens_is_not_taken_for_one_with_it(done, tiny, squares, tmp_path):
    shutil.copytree(done[1], tmp_path / "run")
    settings = tmp_path / "run" / "features" / "store.json"
    content = json.loads(settings.read_text())
    content["fingerprint"]["answers"] = "those of an older version"
    settings.write_text(json.dumps(content))
    with pytest.raises(InputError, match="answer settings"):
        run(tiny, squares, tmp_path / "run", tmp_path / "cache")


def test_a_model_without_a_head_has_no_lens_and_the_page_says_so(tiny, squares, tmp_path, monkeypatch):
    monkeypatch.setattr(type(tiny.model), "get_output_embeddings", lambda _: None)
    diagnosis = run(tiny, squares, tmp_path / "run", tmp_path / "cache").diagnosis
    assert diagnosis.lens == () and "was not measured" in diagnosis.forming
    assert not (tmp_path / "run" / "lens.parquet").exists()
    _, page = write_report(diagnosis, tmp_path / "run")
    assert "Where the answer forms was not measured" in page.read_text()


def test_a_head_that_does_more_than_rows_costs_the_lens_and_no_case(tiny, squares, tmp_path):
    tiny.model.get_output_embeddings().register_forward_hook(lambda _, __, logits: logits.flip(-1))
    diagnosis = run(tiny, squares, tmp_path / "run", tmp_path / "cache").diagnosis
    assert diagnosis.lens == () and "was not measured" in diagnosis.forming
    assert diagnosis.evaluated == 16 and not diagnosis.quarantined


def test_every_control_stands_beside_the_curve(done):
    curve = {p.tap: p for p in done[0].curve}
    assert curve["pixels"].twin == curve["pixels"].accuracy.value  # what has no weights has no twin
    assert curve["pixels"].compression > 1.5
    for point in curve.values():
        assert 0 <= point.projected <= 1 and point.compression > 0
        for score in (point.balanced_accuracy, point.macro_f1, point.auroc, point.calibration_error):
            assert 0 <= score.low <= score.value <= score.high <= 1


@pytest.mark.parametrize("probe", ["logistic", pytest.param("mlp", marks=pytest.mark.nightly)])
def test_other_probes_read_the_curve_and_leave_the_null_band(done, tiny, squares, tmp_path, probe):
    ridge, folder = done
    shutil.copytree(folder, tmp_path / "run")  # its features are used again
    other = run(tiny, squares, tmp_path / "run", tmp_path / "cache", settings=replace(SETTINGS, probe=probe)).diagnosis
    assert other.null_band == ridge.null_band
    assert [p.accuracy for p in other.curve] != [p.accuracy for p in ridge.curve]
    assert f"A {probe} probe" in other.stages[1].note


def test_without_a_reference_mode_one_is_not_assessed(done):
    diagnosis, _ = done
    assert diagnosis.verdicts[0].state == "not assessed"
    assert any("isual" in sentence for sentence in diagnosis.not_assessed)


def test_running_again_uses_the_features_and_finds_the_same(done, tiny, squares, tmp_path):
    first, folder = done
    shutil.copytree(folder, tmp_path / "run")
    stamp = (tmp_path / "run" / "features" / "pixels.npy").stat().st_mtime_ns
    again = run(tiny, squares, tmp_path / "run", tmp_path / "cache").diagnosis
    assert again == first
    assert (tmp_path / "run" / "features" / "pixels.npy").stat().st_mtime_ns == stamp


def test_an_interrupted_run_goes_on_to_the_same_bytes(done, tiny, squares, tmp_path, monkeypatch):
    calls = iter(range(4))
    forward = type(tiny.model).forward

    def interrupted(self, *args, **kwargs):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return forward(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(type(tiny.model), "forward", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(tiny, squares, tmp_path / "parts", tmp_path / "cache")
    run(tiny, squares, tmp_path / "parts", tmp_path / "cache")
    for file in (done[1] / "features").glob("*.npy"):
        assert file.read_bytes() == (tmp_path / "parts" / "features" / file.name).read_bytes(), file.name


def test_a_run_folder_of_another_model_is_refused(done, tiny, squares, tmp_path):
    shutil.copytree(done[1], tmp_path / "run")
    with pytest.raises(InputError, match="another model"):
        run(random_twin(tiny, 5), squares, tmp_path / "run", tmp_path / "cache")


def test_two_models_stand_beside_each_other(tiny, squares, tmp_path):
    here = run(tiny, squares, tmp_path / "a", tmp_path / "cache")
    there = run(random_twin(tiny, 5), squares, tmp_path / "b", tmp_path / "cache")
    shown = beside(here, there)
    assert [d.stage for d in shown.stages] == list("VCIUSG")
    assert all(d.difference.low <= d.there - d.here <= d.difference.high for d in shown.stages)


def test_options_in_rotated_orders_are_averaged_and_their_sensitivity_reported(tiny, squares, tmp_path):
    listed = replace(squares, question=DEFAULT_QUESTION)
    settings = replace(SETTINGS, orders=2)
    diagnosis = run(tiny, listed, tmp_path / "run", tmp_path / "cache", settings=settings).diagnosis
    assert diagnosis.answers.orders is not None
    assert len(diagnosis.answers.orders.accuracies) == 2 and 0 <= diagnosis.answers.orders.sensitivity <= 1
    assert {name for name, _ in diagnosis.answers.accuracies} >= {"summed, raw", "per token, calibrated"}
    stored = np.load(tmp_path / "run" / "features" / "answer.likelihoods.npy")
    assert stored.shape == (48, 2, 4) and not np.allclose(stored[:, 0], stored[:, 1])


def test_a_question_without_options_cannot_be_rotated(tiny, squares, tmp_path):
    with pytest.raises(InputError, match=r"no \{options\} whose order"):
        run(tiny, squares, tmp_path / "run", tmp_path / "cache", settings=replace(SETTINGS, orders=2))
