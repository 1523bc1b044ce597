import re
from dataclasses import replace

import pytest
from comparison_sample import sample_comparison, sample_contrast
from elements import Elements
from report_sample import HOSTILE

from angiogram.compare.comparison import ComparedRun
from angiogram.errors import InputError
from angiogram.report.comparison.page import render
from angiogram.report.document import comparison_from_document, to_document

TWO = sample_comparison(sample_contrast(), sample_contrast(run=ComparedRun("third", "m", "h.", ("w.",))))


def page(comparison) -> str:
    return render(to_document(comparison))


def test_a_comparison_comes_back_equal():
    assert comparison_from_document(to_document(TWO)) == TWO


def test_the_finding_stands_first():
    text = page(sample_comparison())
    places = [text.index(mark) for mark in (
        'id="headline"', "What says so", "What weakens this comparison", "<h2>Verdicts", 'id="stages-1"', "<h3>Stages",
        "Read by the baseline's probe</h3>", "<h3>Losses",
        'id="taps-1"', "2 taps of demo-tuned only", "what differs", 'id="runs"', 'id="reading"',
    )]  # fmt: skip
    assert places == sorted(places)
    assert "not a medical device" in text and "not linearly decodable is not absent" in text


@pytest.mark.parametrize("comparison", [sample_comparison(), TWO], ids=["one", "two"])
def test_it_is_one_small_file_that_fetches_and_runs_nothing(comparison):
    text = page(comparison)
    assert len(text.encode()) < 1_000_000
    for tag, attributes in Elements(text).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form", "img")
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src &#39;none&#39;;") and "unsafe" not in policy
    assert text.count("<script>") == 1 and text.count("<style>") == 1
    ids = [attributes["id"] for _, attributes in Elements(text).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(a["href"][1:] in ids for tag, a in Elements(text).tags if tag == "a")


def test_every_text_is_escaped():
    first = sample_contrast()
    run = ComparedRun(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    hostile = replace(
        first, run=run, headline=HOSTILE, proof=HOSTILE, unread=HOSTILE, warnings=(HOSTILE,), only_before=(HOSTILE,),
        stages=tuple(replace(stage, title=HOSTILE) for stage in first.stages),
        readers=tuple(replace(stage, title=HOSTILE) for stage in first.readers),
        located=replace(first.located, evidence=(HOSTILE,)),
        steps=tuple(replace(step, title=HOSTILE) for step in first.steps),
        taps=tuple(replace(point, tap=f"{point.tap}{HOSTILE}") for point in first.taps),
        verdicts=tuple(replace(verdict, title=HOSTILE) for verdict in first.verdicts),
    )  # fmt: skip
    text = page(sample_comparison(hostile, cases=HOSTILE, baseline=run, statements=(HOSTILE,)))
    assert HOSTILE not in text and "&lt;script&gt;" in text
    assert [tag for tag, _ in Elements(text).tags].count("script") == 1


@pytest.mark.parametrize("changes", [
    {"taps": ()}, {"readers": (), "unread": "It keeps no features."},
    {"warnings": ()}, {"conditions": ()}, {"verdicts": ()}, {"only_before": (), "only_after": ()},
    {"stages": tuple(s for s in sample_contrast().stages if s.key in "VG")}, {"steps": ()},
])  # fmt: skip
def test_it_renders_whatever_is_missing(changes):
    text = page(sample_comparison(sample_contrast(**changes)))
    assert text.rstrip().endswith("</html>") and ">None<" not in text


def test_numbers_stand_in_the_tables():
    text = page(sample_comparison()).replace("\u00a0", " ")
    assert "40.7 % (37.2 to 44.2)" in text and "+37.4 (34.4 to 40.4)" in text
    assert "p &lt; 0.001" in text and "not tested" in text
    assert "loses 22.7 (19.2 to 26.2)" in text and "\u221221.2" in text


def test_several_runs_have_a_section_each_and_a_heading_of_their_own():
    text = page(TWO)
    assert "2 runs against demo on the same cases" in text
    assert text.count('id="changes-') == 2 and 'id="taps-2"' in text and text.count("<h1") == 1


@pytest.mark.parametrize("document", [{"format": 1}, {}, {"format": 2}, to_document(sample_comparison()) | {"x": 1}])
def test_a_damaged_document_is_refused(document):
    with pytest.raises(InputError, match=r"comparison|compare format 2"):
        render(document)


def test_what_the_baselines_probe_reads_is_drawn_and_listed():
    found = sample_contrast()
    drawn = [reader for reader in found.readers if reader.tap in {point.tap for point in found.taps}]
    assert len(drawn) >= 3
    assert page(sample_comparison()).count('class="reader"') == len(drawn)
    without = page(sample_comparison(sample_contrast(readers=(), unread="'b' keeps no features.")))
    assert "&#39;b&#39; keeps no features." in without and 'class="reader"' not in without
