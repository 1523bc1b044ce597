"""Further columns on the page: a chart each, only where a column could be read."""

from dataclasses import replace

from report_sample import HOSTILE, sample_diagnosis

from angiogram.report.charts.nuisance import nuisance_chart
from angiogram.report.document import to_document
from angiogram.report.page import render


def test_each_column_that_was_read_has_a_chart_and_hostile_names_stay_text():
    report = sample_diagnosis()
    first, second, unread = (nuisance_chart(report, column, i) for i, column in enumerate(report.nuisance))
    assert 'id="nuisance-0"' in first and first.count('class="mark stop"') == 47  # depths
    assert HOSTILE not in second and "&lt;script&gt;" in second
    assert unread == ""


def test_the_section_is_there_only_where_cases_carry_columns():
    report = sample_diagnosis()
    page = render(to_document(report))
    assert "What else could be read" in page and "surely less than half is left" in page and HOSTILE not in page
    assert 'id="nuisance"' not in render(to_document(replace(report, nuisance=())))
