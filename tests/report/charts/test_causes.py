import re
from dataclasses import replace

from report_sample import causes, sample_diagnosis

from angiogram.report.charts.causes import interchange_chart, windows_chart
from angiogram.report.document import to_document
from angiogram.report.page import render


def test_every_window_is_drawn_over_its_blocks_and_filled_where_it_is_used():
    found = causes()
    text = str(windows_chart(found))
    assert text.count('class="mark window"') == len(found.windows) == 18
    assert text.count("not seen to be used") == 2 * sum(not w.used for w in found.windows)  # marks and description
    one = replace(found, windows=(replace(found.windows[0], blocks=tuple(range(15, 21))),))
    assert re.search(r'<line x1="50%" x2="70%"', str(windows_chart(one)))


def test_a_drop_is_drawn_at_its_height():
    found = causes()
    low, high = (replace(w, drop=replace(w.drop, value=v)) for w, v in zip(found.windows, (0.0, 0.2), strict=False))
    heights = [
        float(re.search(r'<line x1="0%" x2="20%" y1="([\d.]+)"', str(windows_chart(replace(found, windows=(w,)))))[1])
        for w in (replace(low, blocks=tuple(range(6))), replace(high, blocks=tuple(range(6))))
    ]
    assert heights[1] < heights[0]


def test_blocks_that_are_no_neighbours_are_drawn_and_named_one_by_one():
    found = causes()
    text = str(windows_chart(replace(found, blocks=10, windows=(replace(found.windows[0], blocks=(3, 8)),))))
    assert "blocks 3 and 8, cut off from" in text and "3 to 8" not in text
    assert [
        re.search(rf'<line x1="{a}%" x2="{b}%" [^>]*>', text)[0].count("dash") for a, b in ((30, 40), (80, 90))
    ] == [0, 0]
    assert "dasharray" in re.search(r'<line x1="40%" x2="80%" [^>]*>', text)[0]


def test_a_phone_shows_every_number_of_few_blocks():
    found = causes()
    few = replace(found, blocks=3, windows=(replace(found.windows[0], blocks=(0,)),))
    assert "wide-only" not in str(windows_chart(few)) + str(windows_chart(found))
    assert "wide-only" in str(windows_chart(replace(found, blocks=80)))


def test_every_place_of_exchange_says_who_follows_and_who_stays():
    found = causes()
    text = str(interchange_chart(found))
    assert text.count('class="mark place"') == len(found.interchange)
    assert "exchanged at the connector" in text and "exchanged behind block 29" in text
    assert "% (" in text and " follow, " in text


def test_the_page_has_the_section_only_where_it_was_tested():
    text = render(to_document(sample_diagnosis()))
    assert 'href="#causes"' in text and '<section id="causes">' in text
    assert text.index('id="modes"') < text.index('id="causes"') < text.index('id="beside"')
    assert 'id="causes-windows"' in text and 'id="causes-interchange"' in text
    without = render(to_document(sample_diagnosis(causes=None)))
    assert 'id="causes' not in without and 'href="#causes"' not in without


def test_without_exchanges_the_note_stands_alone():
    few = replace(causes(), interchange=(), pairs=0, notes=("Images were not exchanged: only 2 pairs.",))
    text = render(to_document(sample_diagnosis(causes=few)))
    assert 'id="causes-interchange"' not in text and "Images were not exchanged: only 2 pairs." in text
    assert "two cases exchanged" not in text and "two cases exchanged" in render(to_document(sample_diagnosis()))
    lone = replace(causes(), interchange=causes().interchange[:1])  # cross-attention: the connector alone
    assert "<code>connector.out</code>" in render(to_document(sample_diagnosis(causes=lone)))
