import re

from report_sample import HOSTILE

from angiogram.report.charts.boxes import STYLES, box_key, boxes_over


def test_a_box_stands_at_its_shares_and_its_text_is_escaped():
    drawn = boxes_over([("1", (0.25, 0.5, 0.75, 1.0), HOSTILE)])
    assert 'x="25%" y="50%" width="50%" height="50%"' in drawn
    assert HOSTILE not in drawn and 'aria-hidden="true"' in drawn


def test_boxes_differ_by_colour_and_by_dash():
    assert len({colour for colour, _ in STYLES}) == len({dash for _, dash in STYLES}) == len(STYLES)
    dashes = [re.findall(r'stroke-dasharray="([^"]+)"', box_key(i)) for i in range(len(STYLES))]
    assert len(set(map(tuple, dashes))) == len(STYLES)


def test_labels_of_boxes_with_a_common_corner_stand_apart():
    drawn = boxes_over(
        [("1", (0.1, 0.1, 0.9, 0.9), ""), ("2", (0.1, 0.1, 0.5, 0.5), ""), ("3", (0.1, 0.1, 0.3, 0.9), "")]
    )
    labels = re.findall(r'<svg x="([\d.%]+)" y="([\d.%]+)" width="1"', drawn)
    assert len(labels) == len(set(labels)) == 3


def test_the_smallest_box_lies_on_top():
    drawn = boxes_over([("1", (0.4, 0.4, 0.5, 0.5), "small"), ("2", (0.0, 0.0, 1.0, 1.0), "large")])
    assert drawn.index("large") < drawn.index("small")
