import io

from report_sample import sample_diagnosis, without_reference
from rich.console import Console

from angiogram.report.terminal import print_summary, summary


def test_it_says_headline_stages_and_verdicts():
    text = summary([sample_diagnosis()])
    assert text.startswith("The image is lost in the hand-over: 33 points of 80 (interval 29 to 38).\nA re-fit of the ")
    assert "So the language model can read the image and say the class." in text
    assert "Not assessed: Whether the decodable information is used" in text
    assert "V Vision encoder's end     " in text and "82.3 % (78.8 to 85.8)" in text
    assert "undetermined: loses 2.7 (-0.1 to 5.5)" in text and "absent: gains 4.2" in text
    assert "not a medical device" in text


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
