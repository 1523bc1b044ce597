"""The flow in words tells the stages as the report has them."""

import math
from dataclasses import replace

from report_sample import STAGES, sample_diagnosis, stages

from angiogram.report.charts.flow import describe


def test_the_stages_are_told_with_their_taps():
    words = describe(sample_diagnosis())
    assert words.startswith("78 taps. At pixels a probe reads 52") and "; I, llm.block.11@image, 74.2" in words
    assert "V, encoder.out, 82.3" in words and "; G 40.7" in words


def test_no_tap_is_told_because_it_was_the_luckiest_on_the_judged_cases():
    report = sample_diagnosis()
    lucky = replace(report.curve[9], accuracy=replace(report.curve[9].accuracy, value=0.987, high=0.999))
    raised = replace(report, curve=(*report.curve[:9], lucky, *report.curve[10:]))
    assert describe(raised) == describe(report)


def test_what_was_not_measured_is_left_out():
    unknown = sample_diagnosis(stages=stages({**STAGES, "I": None}), null_band=math.nan)
    assert "llm.block.11@image" not in describe(unknown)
