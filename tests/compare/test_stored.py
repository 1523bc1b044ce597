"""A run folder keeps what its probes were trained on, so that they can be fitted again, exactly."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from angiogram.compare.compare import compare
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.data.table import CASES, pairs_of, read_table, table_rows
from angiogram.diagnose.run import diagnose
from angiogram.errors import InputError
from angiogram.probe.frozen import frozen_reader
from angiogram.report.comparison.runs import open_runs
from angiogram.report.disk import write_report
from tests.compare.made import SETTINGS, copied


@pytest.fixture
def whole(run_folder, tmp_path):
    """A copy with its features; may be changed."""
    return shutil.copytree(run_folder, tmp_path / "whole")


def opened(folder):
    return open_runs((folder,))[0]


def test_the_folds_come_back_exactly(cases):
    unsplit = [type(row)(row.id, row.path, row.label, row.group) for row in cases.rows]
    for each in (cases, type(cases)(cases.name, tuple(unsplit), cases.classes, cases.read, cases.question)):
        examined = examine(each)
        splits = assign(examined.cases, 3, 0)
        back = pairs_of(table_rows(examined, splits))
        assert len(back) == len(splits.pairs) == (1 if each is cases else 3)
        for one, other in zip(back, splits.pairs, strict=True):
            assert [side.tolist() for side in one] == [side.tolist() for side in other]


def test_the_baselines_probes_are_those_of_its_run(run_folder):
    run = opened(run_folder)
    kept = run.features
    assert run.unread == "" and kept.evaluated == run.predictions.cases
    assert kept.read_at.keys() == set("VCIU") and kept.taps[0] == "pixels" and kept.taps[-1] == "llm.norm@last"
    rows = kept.rows_of(kept.evaluated)
    for tap in kept.taps:
        features = np.asarray(kept.store.read(tap)[:, 0])
        own, _ = frozen_reader(features, features[rows], kept.labels, kept.pairs)
        assert own.tolist() == run.predictions.taps[tap].tolist()


def test_cases_that_failed_leave_the_others_in_their_rows(load_family, cases, tmp_path):
    def read(row):
        if row.id in ("0", "9"):
            raise InputError(f"'{row.path}' is gone.")
        return cases.read(row)

    examined, out = examine(cases), tmp_path / "some"
    splits = assign(examined.cases, 3, 0)
    gone = examined._replace(cases=replace(examined.cases, read=read))
    model = load_family("angiogram")
    found = diagnose(model, gone, splits, None, SETTINGS, out, tmp_path / "cache", lambda _: None)
    write_report(found.diagnosis, out)
    rows = [row for row in read_table(out / CASES) if row.status == "ok"]
    assert [row.row for row in rows] == [i for i in range(48) if i not in (0, 9)]
    kept = opened(out).features
    assert kept.cases == tuple(row.case_id for row in rows) and "9" not in kept.evaluated
    assert kept.store.read("pixels").shape[0] == len(kept.labels) == 46


def test_a_run_against_itself_is_read_as_before(run_folder, whole):
    (found,) = compare(open_runs((run_folder, whole))).contrasts
    assert [reader.key for reader in found.readers] == ["V", "C", "I", "U"] and found.unread == ""
    assert all(reader.change.value == 0 and not reader.changed for reader in found.readers)
    assert found.located.first_tap is None and found.located.fault == ()
    curve = {point.tap: point.accuracy.value for point in opened(run_folder).diagnosis.curve}
    for reader in found.readers:
        assert reader.before.value == pytest.approx(curve[reader.tap])


def test_a_folder_without_features_says_so_and_is_compared(run_folder, tmp_path):
    (found,) = compare(open_runs((run_folder, copied(run_folder, tmp_path / "bare")))).contrasts
    assert found.readers == () and found.unread == f"'{tmp_path / 'bare'}' keeps no features."
    assert found.stages


def test_an_older_folder_without_folds_says_what_to_do(run_folder, whole):
    table = parquet.read_table(whole / CASES).drop_columns(["row", "judged_in", "trained_in"])
    parquet.write_table(table, whole / CASES)
    (found,) = compare(open_runs((run_folder, whole))).contrasts
    assert found.readers == () and "does not say in which folds its cases were judged; run `angiogram" in found.unread
    assert found.unread.count(". ") == 0


def test_features_and_folds_of_something_else_are_not_read(run_folder, whole):
    config = whole / "config.json"
    content = json.loads(config.read_text())
    table = parquet.read_table(whole / CASES)
    config.write_text(json.dumps({**content, "fingerprint": {**content["fingerprint"], "model": "another"}}))
    assert "are not those of its report" in opened(whole).unread
    config.write_text(json.dumps(content))
    folds = pa.array([0 if value is None else None for value in table["judged_in"].to_pylist()], pa.int64())
    parquet.write_table(table.set_column(table.schema.get_field_index("judged_in"), "judged_in", folds), whole / CASES)
    assert opened(whole).unread != "" and opened(whole).features is None
    (whole / CASES).write_bytes(b"")
    assert "is not a readable table of cases" in opened(whole).unread
    parquet.write_table(table, whole / CASES)
    assert opened(whole).unread == ""
    (whole / "features" / "connector.out.npy").unlink()
    assert "connector.out.npy' is missing or damaged" in opened(whole).unread


def test_a_comparison_changes_nothing_in_a_run(run_folder, whole):
    before = {path: path.stat().st_mtime_ns for path in sorted(whole.rglob("*"))}
    for path in before:
        path.chmod(0o555 if path.is_dir() else 0o444)
    compare(open_runs((run_folder, whole)))
    assert {path: path.stat().st_mtime_ns for path in sorted(whole.rglob("*"))} == before
    for path in before:
        path.chmod(0o755 if path.is_dir() else 0o644)
