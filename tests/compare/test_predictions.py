"""What a run keeps so that it can be compared."""

import numpy as np
import pytest
from pyarrow import parquet

from angiogram.diagnose.tell.predictions import PREDICTIONS, read_predictions
from angiogram.errors import InputError
from angiogram.report.disk import read_report
from angiogram.report.document import from_document
from tests.compare.made import copied, edited


def test_it_names_a_class_for_every_case_at_every_stage_and_tap(run_folder):
    table = parquet.read_table(run_folder / PREDICTIONS)
    report = from_document(read_report(run_folder))
    taps = [f"tap.{point.tap}" for point in report.curve]
    stages = [f"stage.{key}" for key in "VCIUSG"]  # there is no specialist
    assert table.column_names == ["case_id", "group", "group_number", "label", "image_hash", *stages, *taps]
    assert table.num_rows == report.evaluated
    named = read_predictions(run_folder, report.classes)
    for stage in report.stages:
        if stage.accuracy is not None:
            assert np.mean(named.stages[stage.key] == named.labels) == pytest.approx(stage.accuracy.value)
    for point in report.curve:
        assert np.mean(named.taps[point.tap] == named.labels) == pytest.approx(point.accuracy.value)
    assert (table["stage.G"].null_count, sum(named.stages["G"] < 0)) == (report.answers.unparsed,) * 2


def test_a_folder_named_like_a_partition_adds_no_column(run_folder, tmp_path):
    copy = copied(run_folder, tmp_path / "rate=1")
    assert read_predictions(copy, from_document(read_report(copy)).classes).cases[0] == "8"


@pytest.mark.parametrize(
    ("column", "edit", "said"),
    [
        ("tap.pixels", lambda names: ["spleen", *names[1:]], "'spleen' is not one of the classes"),
        ("label", lambda names: [None, *names[1:]], "a case without"),
        ("image_hash", lambda names: [None, *names[1:]], "a case without"),
    ],
)
def test_what_does_not_fit_is_damaged(run_folder, tmp_path, column, edit, said):
    classes = from_document(read_report(run_folder)).classes
    with pytest.raises(InputError, match=f"damaged or holds something else: .*{said}"):
        read_predictions(edited(run_folder, tmp_path / "b", column, edit), classes)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"{}"])
def test_another_file_is_damaged(tmp_path, content):
    (tmp_path / PREDICTIONS).write_bytes(content)
    with pytest.raises(InputError, match=r"damaged or holds something else: .+"):
        read_predictions(tmp_path, ("a", "b"))


def test_a_missing_file_and_a_missing_column(run_folder, tmp_path):
    with pytest.raises(InputError, match="There is no"):
        read_predictions(tmp_path, ("a", "b"))
    table = parquet.read_table(run_folder / PREDICTIONS)
    parquet.write_table(table.drop_columns(["group"]), tmp_path / PREDICTIONS)
    with pytest.raises(InputError, match=r"damaged or holds something else: .*group"):
        read_predictions(tmp_path, ("a", "b"))
