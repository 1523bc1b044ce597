import io
import math
from dataclasses import replace

from report_sample import sample_diagnosis, without_reference
from rich.console import Console

from angiogram.report.terminal import print_summary, summary
from angiogram.statistics.interval import Interval


def test_it_says_headline_stages_and_verdicts():
    text = summary([sample_diagnosis()])
    assert text.startswith("The image is lost in the hand-over or language model")
    assert "Not assessed: Whether the decodable information is used" in text
    assert "V Vision encoder's end     " in text and "82.3 % (78.8 to 85.8)" in text
    assert "undetermined: loses 2.7 (-0.1 to 5.5)" in text and "absent: gains 4.2" in text
    assert "not a medical device" in text


def test_utilisation_is_one_line_and_may_not_be_measured():
    nothing = replace(sample_diagnosis().utilisation, share=Interval(math.nan, math.nan, math.nan))
    (row,) = [line for line in summary([sample_diagnosis(), sample_diagnosis(utilisation=nothing)], 140).splitlines()
              if line.startswith("Utilisation")]  # fmt: skip
    assert "21.4 % (13.4 to 29.4)" in row and row.endswith("not measured")


def test_several_stand_side_by_side():
    lines = summary([sample_diagnosis(), without_reference()], 140).splitlines()
    (row,) = [line for line in lines if line.startswith("R ")]
    assert "78.1 % (74.6 to 81.6)" in row and row.endswith("-")
    (verdict,) = [line for line in lines if line.startswith("Vision representation")]
    assert "absent" in verdict and verdict.endswith("not assessed")


def test_plain_text_holds_no_control_characters_and_no_markup():
    text = summary([sample_diagnosis(model="[red]x\x1b[2J\x07", headline="a\rb [bold]c[/bold]")])
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "[bold]c[/bold]" in text and "[red]x" in text


def test_colour_only_on_a_terminal():
    for terminal in (True, False):
        file = io.StringIO()
        console = Console(
            file=file, force_terminal=terminal, width=100, color_system="standard" if terminal else "auto"
        )
        print_summary([sample_diagnosis()], console)
        assert ("\x1b[" in file.getvalue()) is terminal


def test_nothing_prints_nothing():
    assert summary([]).strip() == ""
