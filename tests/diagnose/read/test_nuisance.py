"""A diagnosis of images whose bright border, the scanner, tells most of the class."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from angiogram.data.cases import Case, Cases
from angiogram.data.intake import examine
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.data.sources.tabular.table import cases_of, read_table
from angiogram.data.splits import assign
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.imaging.image import Image
from angiogram.report.disk import write_report
from tests.conftest import QUESTION

SETTINGS = Settings(permutations=20, resamples=400, batch_size=20, ladder="free")
CLASSES = ("left lung", "liver")
PLACE = Path("shared", "data", "pocus")
POCUS = next((up / PLACE for up in Path(__file__).parents if (up / PLACE / "manifest.csv").is_file()), None)


def bordered(shown: int, together: float, n: int) -> Cases:
    """Noise with a bright border for scanner B.

    `shown`: by how much a liver's middle is brighter; `together`: share of the cases whose class chose the scanner.
    """
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 90, (n, 56, 56), dtype=np.uint8)
    rows: list[Case] = []
    for i in range(n):
        label = int(rng.integers(2))
        scanner = label if rng.random() < together else int(rng.integers(2))
        if scanner:
            edge = pixels[i].copy()
            edge[8:-8, 8:-8] = 0
            pixels[i] += np.where(edge > 0, 120, 0).astype(np.uint8)
        pixels[i, 16:-16, 16:-16] += label * shown
        columns = (("scanner", "AB"[scanner]), ("site", "one"), ("uid", f"u{i}"), ("code", f"c{label}"))
        rows.append(Case(str(i), f"bordered#{i}", CLASSES[label], f"g{i}", None, columns=columns))
    return Cases("bordered", tuple(rows), CLASSES, lambda row: Image(pixels[int(row.id)], ("drawn",)), QUESTION)


def run(model, cases: Cases, out: Path, settings: Settings = SETTINGS):
    examined = examine(cases)
    lines: list[str] = []
    found = diagnose(model, examined, assign(examined.cases, 3, 0), None, settings, out, out.parent / "c", lines.append)
    assert found is not None
    return found.diagnosis, lines


def test_the_class_is_read_through_the_scanner_and_the_page_says_so(tiny, tmp_path):
    diagnosis, lines = run(tiny, bordered(shown=0, together=0.7, n=160), tmp_path / "run")
    scanner, site, uid, code = diagnosis.nuisance
    assert scanner.outcome == "mostly" and scanner.warns and scanner.says in diagnosis.warnings
    read = {point.tap: point.accuracy.value for point in scanner.reading.curve}
    assert read["encoder.out"] > 0.9 > scanner.reading.null_band and len(read) == len(diagnosis.curve)
    stages = {stage.stage: stage for stage in scanner.reading.within}
    assert list(stages) == list("VCUS")
    assert stages["V"].outcome == "mostly" and stages["V"].left.low < 0.1 and abs(stages["V"].without.value) < 0.3
    assert scanner.reading.alone.value > 0.75 and scanner.reading.gain.low > 0 and scanner.reading.mixed == 2
    assert "it says 'one' for every case" in site.says and site.reading is None and not site.warns
    assert "another value for each" in uid.says
    assert code.warns and "goes with the class one to one" in code.says
    assert any("read a further column at " in line for line in lines)

    table = parquet.read_table(tmp_path / "run" / "nuisance.parquet").to_pylist()
    assert [row["tap"] for row in table] == [*read, None] and {row["column"] for row in table} == {"scanner"}
    at_v = next(row for row in table if row["stage"] == "V")
    assert at_v["tap"] == "encoder.out" and at_v["class_left"] == stages["V"].left.value
    report, page = write_report(diagnosis, tmp_path / "run")
    assert json.loads(report.read_text())["nuisance"][0]["outcome"] == "mostly"
    text = page.read_text()
    assert "What else could be read" in text and 'id="nuisance-1"' in text
    assert "The class can be read through &#39;scanner&#39;" in text


@pytest.mark.nightly
def test_a_class_that_shows_itself_is_not_explained_by_the_scanner(tiny, tmp_path):
    diagnosis, _ = run(tiny, bordered(shown=130, together=0.3, n=240), tmp_path / "run")
    scanner = diagnosis.nuisance[0]
    at_v = scanner.reading.within[0]
    assert at_v.outcome == "not" and at_v.left.value > 0.8
    assert at_v.without.value > 0.8


def test_too_few_judged_cases_are_said(tiny, squares, tmp_path):
    rows = tuple(replace(row, columns=(("view", "PA" if i // 4 % 2 else "AP"),)) for i, row in enumerate(squares.rows))
    diagnosis, _ = run(tiny, replace(squares, rows=rows), tmp_path / "run")
    (view,) = diagnosis.nuisance
    assert view.outcome == "cannot be told" and view.reading.within == () and not view.warns
    assert "too few cases, 16, have a value with which two classes occur" in view.says


@pytest.mark.nightly
@pytest.mark.skipif(POCUS is None, reason=f"no folder above this one has {PLACE}")
def test_columns_of_real_lung_ultrasound_that_go_with_the_patients_are_said_to(tiny, tmp_path):
    assert POCUS is not None
    cases = cases_of(read_table(POCUS / "manifest.csv"), tmp_path, SourceOptions(TableOptions(folder=POCUS / "frames")))
    diagnosis, _ = run(tiny, cases.without_classes(["Bacterial pneumonia"]), tmp_path / "run")
    said = {column.name: column.says for column in diagnosis.nuisance}
    assert "for every case" in said["licence"]
    assert "stands in more than one group" in said["source"]  # a source is a patient
    assert "in 1 of 3 folds all cases that teach share one value of it" in said["probe"]
    assert not any(column.warns for column in diagnosis.nuisance)
