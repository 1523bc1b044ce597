"""evaluate.html from evaluate.json alone: the verdict on each task, closed to the network, hostile text stays text."""

import re
from dataclasses import replace

import pytest
from elements import Elements
from evaluation_sample import ATTACK, NAN, alone, example, metric, missing, sample_evaluation, task, thumbnail

from angiogram.errors import InputError
from angiogram.plain import plain
from angiogram.report.evaluation.disk import read_evaluation, write_evaluation
from angiogram.report.evaluation.image_use import headline, image_use, leading
from angiogram.report.evaluation.page import render
from angiogram.report.page import LARGEST
from angiogram.report.published import EVALUATION
from angiogram.statistics.interval import Interval

ABOVE, ACROSS, BELOW = Interval(0.2, 0.1, 0.3), Interval(0.0, -0.1, 0.1), Interval(-0.2, -0.3, -0.1)


def page(**changes) -> str:
    document = {"format": EVALUATION.version, "schema": EVALUATION.identifier, **plain(sample_evaluation(**changes))}
    return render(document).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("other", "blind", "better", "use"),
    [
        (ABOVE, ABOVE, "higher", "yes"), (BELOW, BELOW, "lower", "yes"), (BELOW, BELOW, "higher", "not seen"),
        (ACROSS, ABOVE, "higher", "only against no image"), (ABOVE, ACROSS, "higher", "only against another image"),
        (ACROSS, ACROSS, "higher", "not seen"), (None, ABOVE, "higher", "not known"),
        (Interval(0.2, NAN, NAN), ABOVE, "higher", "not known"),
        (Interval(0.2, 0.0, 0.4), ABOVE, "higher", "only against no image"),
    ],
)  # fmt: skip
def test_the_image_is_used_where_both_intervals_leave_out_zero_on_the_better_side(other, blind, better, use):
    one = metric("m", better=better, real_minus_other=other, real_minus_blind=blind)
    assert image_use(task("rec", one)) == use
    assert image_use(task("text_qa", one)) == "has no image"


def test_the_leading_score_has_a_number_and_is_better_when_higher():
    error, share = metric("MAE", better="lower"), metric("share")
    assert leading(task("calculation", missing("a", "b"), error, share)) == share
    assert leading(task("calculation", error)) == error
    assert leading(task("calculation", missing("a", "b"))) is None


def test_the_headline_counts_what_could_be_judged():
    whole = sample_evaluation()
    assert headline(whole) == (
        "On 2 of 4 tasks the score is seen to come from the image: REC and VQA; on 1 it is not known."
    )
    rec, none = task("rec", metric("a")), task("vqa", metric("a", 0.3, 0.3, 0.3))
    one = "On the one task that can be judged, {}, the score is {} to come from the image."
    assert headline(replace(whole, tasks=(rec,))) == one.format("REC", "seen")
    assert headline(replace(whole, tasks=(none,))) == one.format("VQA", "not seen")
    assert headline(replace(whole, tasks=(none, replace(none, task="reg")))) == (
        "On none of 2 tasks is the score seen to come from the image."
    )
    unknown = task("rec", metric("a", real_minus_other=None, real_minus_blind=None))
    assert headline(replace(whole, tasks=(unknown,))).startswith("It is not known on any task")
    assert headline(replace(whole, tasks=(whole.tasks[-1],))) == "The table asks about no image."


def test_the_page_says_what_the_document_holds():
    text = page()
    places = [text.index(mark) for mark in (
        'id="headline"', "Simulated from one CT.", "Greedy answers.", "1 entry was set aside.",
        "report, CheXbert F1: radeval is not installed; pip install radeval.", 'id="conditions"', 'id="scores"',
        "Library, version and variant", 'id="answers"', 'id="examples"', 'id="set-aside"', "the box is turned",
        'id="reading"',
    )]  # fmt: skip
    assert places == sorted(places)
    assert "0.700 (0.650 to 0.750)" in text and "+0.300 (0.250 to 0.350)" in text and "0.200 (one group)" in text
    assert "sacrebleu 2.6.0" in text and "variant of BLEU-1" in text and "75.0 %" in text and "12.5 %" in text
    assert "not a medical device" in text and "<code>evaluate.json</code>" in text
    assert text.count('<article class="asked">') == 18 and text.count('class="mark box"') == 3 * 2 + 3


def test_without_controls_it_says_what_is_not_known():
    one = task("rec", alone("mean IoU"))
    text = page(tasks=(replace(one, outcomes=one.outcomes[:1]),))
    assert "asked with the own images only" in text and "No image</th>" not in text
    assert "It is not known on any task" in text


def test_it_is_one_small_file_that_fetches_and_runs_nothing():
    text = page()
    assert len(text.encode()) < 1_000_000
    for tag, attributes in Elements(text).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert attributes.get(name, "#").startswith(("#", "data:image/png;base64,")), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src &#39;none&#39;;") and "unsafe" not in policy
    assert text.count("<script>") == 1 and text.count("<style>") == 1
    ids = [attributes["id"] for _, attributes in Elements(text).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(a["href"][1:] in ids for tag, a in Elements(text).tags if tag == "a")


def hostile() -> dict:
    bad = example(0, "rec", id=ATTACK, prompt=ATTACK, target=ATTACK)
    bad = replace(bad, said=tuple(replace(each, text=ATTACK, parsed=f"{ATTACK}!") for each in bad.said))
    address = replace(bad, id="address", thumbnail="data:text/html,<script>document.title='taken'</script>")
    broken = replace(bad, id="broken", thumbnail='iVBORw0KGgo" onload="alert(1)')
    named = metric(ATTACK, library=ATTACK, variant=ATTACK)
    asked = task("rec", named, missing(f"{ATTACK}2", ATTACK), examples=(bad, address, broken))
    return {
        "model": ATTACK, "table": ATTACK, "split": ATTACK, "statements": (ATTACK,), "notes": (ATTACK,),
        "versions": ATTACK, "tasks": (asked,),
    }  # fmt: skip


def test_hostile_texts_stay_text():
    text = page(**hostile())
    assert ATTACK not in text and "&lt;script&gt;" in text
    names = [tag for tag, _ in Elements(text).tags]
    assert names.count("script") == 1 and names.count("img") == 1 and text.count("no picture") == 2
    assert all(
        attributes.get("src", "data:image/png").startswith("data:image/png") for _, attributes in Elements(text).tags
    )


def test_examples_are_thinned_until_the_page_is_small_enough():
    heavy = thumbnail().rstrip("=") + "A" * 600_000
    shown = tuple(example(number, "rec", thumbnail=heavy) for number in range(12))
    text = page(tasks=(task("rec", metric("a"), examples=shown),))
    assert len(text.encode()) < LARGEST and "6 more are in evaluate.json" in text
    large = example(0, "rec", prompt="x" * 6_000_000)
    assert len(page(tasks=(task("rec", metric("a"), examples=(large,)),))) < LARGEST


@pytest.mark.parametrize("changes", [
    {"tasks": ()}, {"statements": (), "notes": ()}, {"set_aside": ()}, {"split": None},
    {"tasks": (task("reg", missing("a", "b"), examples=()),)}, {"blind": "text"},
])  # fmt: skip
def test_it_renders_whatever_is_missing(changes):
    text = page(**changes)
    assert text.rstrip().endswith("</html>") and ">None<" not in text and "nan" not in text


def test_both_files_are_written_and_come_back(tmp_path):
    json_path, html_path = write_evaluation(sample_evaluation(), tmp_path)
    assert (json_path.name, html_path.name) == ("evaluate.json", "evaluate.html")
    assert headline(read_evaluation(tmp_path)) in html_path.read_text("utf-8")
    with pytest.raises(InputError, match="not an Angiogram evaluation"):
        render({})
