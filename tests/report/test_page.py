import base64
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from elements import Elements
from report_sample import HOSTILE, around, beside, sample_diagnosis, two_classes, without_reference

from angiogram.diagnose.read.measured import Confusion
from angiogram.errors import InputError
from angiogram.report.document import to_document
from angiogram.report.page import LARGEST, MOST_ROWS, render
from angiogram.report.wording import DASH
from angiogram.statistics.interval import Interval


def page(diagnosis) -> str:
    return render(to_document(diagnosis))


def test_the_order_is_findings_first():
    text = page(sample_diagnosis())
    places = [text.index(mark) for mark in (
        'id="headline"', "<h2>Not assessed", "What weakens this result", 'id="waterfall"', 'id="flow"', 'id="modes"',
        'id="beside"', 'id="scores"', 'id="cases"', 'id="answers"', 'id="provenance"', 'id="glossary"',
    )]  # fmt: skip
    assert places == sorted(places)
    assert "not a medical device" in text and "not linearly decodable is not absent" in text


def test_the_lens_stands_in_the_flow_and_without_one_the_page_says_why():
    text = page(sample_diagnosis())
    assert text.count('class="lens-point"') == 30 and '(<a href="#glossary">logit lens</a>)' in text
    assert "The answer forms at LLM block 23" in text and "Names what the answer names" in text
    without = page(sample_diagnosis(lens=(), forming="Where the answer forms was not measured: no head."))
    assert 'class="lens-point"' not in without and "was not measured: no head." in without
    assert "Names what the answer names" not in without


def test_utilisation_and_exchanges_within_classes_are_shown():
    text = page(sample_diagnosis()).replace("\u00a0", " ")
    assert "It uses 21 %." in text and "21.4 % (13.4 to 29.4)" in text
    assert "of another case of the same class, of another group" in text and "+64.3 (54.3 to 74.3)" in text
    nothing = replace(sample_diagnosis().utilisation, share=Interval(math.nan, math.nan, math.nan))
    assert f'<td class="n strong">{DASH}</td>' in page(sample_diagnosis(utilisation=nothing))
    alone = replace(sample_diagnosis().causes, by_class=None)
    assert "of another group</td>" not in page(sample_diagnosis(causes=alone))


def test_it_is_one_small_file_without_addresses_to_fetch():
    text = page(sample_diagnosis())
    assert len(text.encode()) < 1_000_000
    for tag, attributes in Elements(text).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert re.match(r"#|data:image/png;base64,", attributes.get(name, "#")), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
    assert "url(http" not in text and "@import" not in text


def test_the_policy_names_the_very_style_and_script():
    text = page(sample_diagnosis())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src &#39;none&#39;;") and "unsafe" not in policy
    assert text.count("<script>") == 1 and text.count("<style>") == 1


def test_every_text_is_escaped():
    for diagnosis in (
        sample_diagnosis(),
        sample_diagnosis(
            model=HOSTILE, cases=HOSTILE, headline=HOSTILE, not_assessed=(HOSTILE,), warnings=(HOSTILE,),
            statements=(HOSTILE,), classes=tuple(f'{i}"><img src=x onerror=alert(1)>' for i in range(24)),
            stages=tuple(replace(stage, title=HOSTILE, note=HOSTILE) for stage in sample_diagnosis().stages),
            steps=tuple(replace(step, title=HOSTILE) for step in sample_diagnosis().steps),
            verdicts=tuple(replace(v, title=HOSTILE, evidence=HOSTILE, next_steps=(HOSTILE,))
                           for v in sample_diagnosis().verdicts),
            curve=tuple(replace(p, tap=f"{p.tap}{HOSTILE}") for p in sample_diagnosis().curve),
            health=tuple(replace(h, module=HOSTILE, start_tap=HOSTILE) for h in sample_diagnosis().health),
            confusions=tuple(replace(c, title=HOSTILE) for c in sample_diagnosis().confusions),
            beside=(replace(beside(), model=HOSTILE, headline=HOSTILE),),
        ),
    ):  # fmt: skip
        text = page(diagnosis)
        assert HOSTILE not in text and "<img src=x" not in text
        tags = [tag for tag, _ in Elements(text).tags]
        assert tags.count("script") == 1
        assert "&lt;script&gt;" in text


def test_a_thumbnail_that_is_no_png_is_left_out():
    bad = replace(sample_diagnosis().examples[0], thumbnail='x" onerror="alert(1)')
    text = page(sample_diagnosis(examples=(bad,)))
    assert "no picture" in text and 'onerror="alert' not in text


def test_a_page_that_would_be_too_large_gives_up_examples_and_says_so():
    noise = np.random.default_rng(0).bytes(450_000)
    heavy = base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\x00\x00" + noise).decode()
    one = replace(sample_diagnosis().examples[1], thumbnail=heavy)
    text = page(sample_diagnosis(examples=(one,) * 20))
    assert len(text.encode()) <= LARGEST
    assert re.search(r"\d+ more examples are in report.json", text)


def test_long_lists_are_cut_and_say_so():
    many = tuple((f"case{i}", "broken") for i in range(MOST_ROWS + 50))
    text = page(sample_diagnosis(quarantined=many))
    assert "250 cases were set aside" in text and "50 more are in report.json" in text
    assert f"case{MOST_ROWS - 1}<" in text and f"case{MOST_ROWS}<" not in text


def test_without_a_specialist_mode_one_is_not_assessed():
    text = page(without_reference())
    assert "Failure mode 1: no specialist was trained" in text
    assert 'class="card not-assessed"' in text and "Not assessed</span>" in text
    assert "No verdict, no number" in text


@pytest.mark.parametrize("changes", [
    {"examples": ()}, {"beside": ()}, {"health": ()}, {"confusions": ()}, {"curve": ()}, {"warnings": ()},
    {"not_assessed": ()}, {"quarantined": ()}, {"statements": (), "provenance": ()}, {"verdicts": ()},
    {"stages": (), "steps": ()}, {"classes": ("a", "b")},
])  # fmt: skip
def test_it_renders_whatever_is_missing(changes):
    text = page(sample_diagnosis(**changes))
    assert text.rstrip().endswith("</html>")
    assert "None" not in re.sub(r"<title>.*?</title>|None: every case|None were", "", text, flags=re.DOTALL)


def test_two_classes():
    text = page(two_classes())
    assert "2 classes" in text and "Nothing: every stage was measured" in text and 'id="beside"' not in text


def test_numbers_that_are_not_known_are_dashes():
    nothing = Interval(math.nan, math.nan, math.nan)
    curve = tuple(
        replace(p, accuracy=nothing, skill=nothing, auroc=nothing, twin=math.nan) for p in sample_diagnosis().curve[:5]
    )
    text = page(sample_diagnosis(curve=curve, majority=math.nan, null_band=math.nan, total=nothing))
    assert "nan" not in re.sub(r"[a-z]nan|nan[a-z]", "", text.lower())


def test_gains_are_called_gains():
    gaining = tuple(replace(step, loss=around(-0.1)) for step in sample_diagnosis().steps)
    text = page(sample_diagnosis(steps=gaining))
    assert text.count('class="mark step gain"') == 2 * len(gaining)
    assert "gains 10.0" in text and "loses \u2212" not in text


def test_five_hundred_classes_stay_small():
    counts = tuple(tuple(1 if row == column else 0 for column in range(500)) for row in range(500))
    names = tuple(f"class {i}" for i in range(500))
    text = page(sample_diagnosis(classes=names, confusions=(Confusion("V", "probe", counts),)))
    assert len(text.encode()) <= LARGEST


def test_a_damaged_document_is_refused():
    with pytest.raises(InputError):
        render({"format": 1})
