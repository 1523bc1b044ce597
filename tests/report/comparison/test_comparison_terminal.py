import io

from comparison_sample import sample_comparison, sample_contrast
from rich.console import Console

from angiogram.report.comparison.terminal import print_comparison


def printed(comparison) -> str:
    file = io.StringIO()
    print_comparison(comparison, Console(file=file, width=170, highlight=False))
    return file.getvalue()


def test_it_says_sentence_stages_losses_and_verdicts():
    text = printed(sample_comparison())
    assert text.startswith("organ crops: the same 538 cases in 33 groups.")
    assert "demo-tuned against demo: the answer in words gains 37 points." in text
    assert "demo-tuned against demo: the first stage that changes" in text
    assert text.index("read by the baseline's probe") < text.index("loss: points of accuracy")
    assert "Warning: The runs also differ in: prompt, probe." in text
    lines = text.splitlines()
    (answer,) = [line for line in lines if line.startswith("G ")]
    assert "40.7 % (37.2 to 44.2)" in answer and "78.1 % (74.6 to 81.6)" in answer and "+37.4 (34.4 to 40.4)" in answer
    assert answer.rstrip().endswith("p < 0.001")
    (step,) = [line for line in lines if line.startswith("U-S")]
    assert "loses 22.7" in step and "loses 1.5" in step and "-21.2" in step
    (verdict,) = [line for line in lines if line.startswith("Semantic mapping")]
    assert verdict.split()[2:] == ["present", "absent"]
    assert "not a medical device" in text


def test_every_contrast_is_printed_without_control_characters():
    text = printed(sample_comparison(sample_contrast(headline="one"), sample_contrast(headline="two\x1b[2J[b]x[/b]")))
    assert "one" in text and "two [2J[b]x[/b]" in text
    assert not any(ord(c) < 32 and c != "\n" for c in text)
