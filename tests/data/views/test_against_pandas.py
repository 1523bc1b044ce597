"""An independent way to the same views: the contender of `benchmarks/curation.py`."""

from dataclasses import replace
from pathlib import Path

import pytest

from angiogram.data.annotations.table import read_annotations
from angiogram.data.views.views import Asked, build_views
from angiogram.data.views.write import write_views

pytest.importorskip("pandas")


def test_pandas_comes_to_the_same_numbers_and_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks"))
    from annotated import write_annotated
    from curation_pandas import both_views

    write_annotated(tmp_path / "t.parquet", 300)
    given = read_annotations(tmp_path / "t.parquet")
    views = build_views(given, "t.parquet", Asked(), "none")
    write_views(views, given, tmp_path / "ours")
    theirs = both_views(tmp_path / "t.parquet", tmp_path / "theirs")
    shared = {"examples": (), "given": replace(views.view.given, reasons=())}
    assert replace(views.view, **shared) == theirs
    for name in ("image_centric", "scattered"):
        tables = [read_annotations(tmp_path / who / f"{name}.parquet").entries.collect() for who in ("ours", "theirs")]
        assert tables[0].equals(tables[1])
