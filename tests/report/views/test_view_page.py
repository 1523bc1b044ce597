"""view.html from view.json alone: what it says, that it is one closed file, that hostile text stays text."""

import copy
import json
import re

import pytest
from elements import Elements
from tests.data.annotations.entries import entry
from view_sample import ADDRESS, ATTACK, IMAGES, SIMULATED, sample_document, sample_folder

from angiogram.data.views.view import View
from angiogram.errors import InputError
from angiogram.plain import built
from angiogram.report.page import LARGEST
from angiogram.report.published import VIEW
from angiogram.report.schema import validate
from angiogram.report.views.disk import write_view_page
from angiogram.report.views.page import render
from angiogram.report.views.sentences import headline


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    return sample_document(tmp_path_factory.mktemp("view"), images=5)


@pytest.fixture
def text(document):
    return render(document).replace("\u00a0", " ")


def changed(document, *path, to):
    document = copy.deepcopy(document)
    *parents, last = path
    inner = document
    for key in parents:
        inner = inner[key]
    inner[last] = to
    return document


def test_the_headline_says_images_tasks_and_uses(document):
    view = built(View, document)
    assert headline(view) == (
        f"{view.image_centric.entries} entries in either view: the image-centric one on 5 images with "
        f"{view.image_centric.tasks_per_image.mean:.1f} tasks each, the scattered one on {view.scattered.images} "
        f"images, each of which serves at most {view.matched.most_tasks} tasks."
    )
    once = built(View, changed(document, "matched", "most_tasks", to=1))
    assert headline(once).endswith("none of which serves more than one task.")


def test_the_page_says_what_the_document_holds(document, text):
    places = [text.index(mark) for mark in (
        'id="headline"', SIMULATED, "are in both views", "2 of 76 rows break a rule",
        "1 of 76 entries have no image", "side by side", 'id="histogram-tasks"', 'id="matrix-1"', 'id="matrix-2"',
        "<h3>Sources", "<h3>Splits", "the target is empty", 'id="examples"', 'id="reading"',
    )]  # fmt: skip
    assert places == sorted(places)
    assert "not a medical device" in text and "<code>view.json</code>" in text
    sides = text[text.index("side by side") : text.index('id="density"')]
    for i, task in enumerate(document["image_centric"]["tasks"]):
        assert task["entries"] == document["scattered"]["tasks"][i]["entries"]
        for one in ("image_centric", "scattered"):
            own = document[one]["tasks"][i]
            assert f'{own["entries"]} <span class="soft">on {own["images"]}</span>' in sides
    assert "theirs" in text and text.count('scope="row">test</th>') == 1


def test_every_example_is_there_with_its_entries_and_boxes(document, text):
    assert text.count('<article class="asked">') == len(document["examples"]) == 5
    shown = [each for each in document["examples"] if each["thumbnail"]]
    assert text.count("data:image/png;base64,") == len(shown)
    assert text.count("no picture: it cannot be read") == 5 - len(shown) == 1
    for example in shown:
        boxes = {tuple(entry["box"]) for entry in example["entries"] if entry["box"]}
        some = "1 box" if len(boxes) == 1 else f"{len(boxes)} boxes"
        assert f"{example['image']}, with {some} drawn over it" in text
    drawn = sum(len({tuple(e["box"]) for e in example["entries"] if e["box"]}) for example in shown)
    assert text.count('class="mark box"') == drawn


def test_it_is_one_small_file_that_fetches_and_runs_nothing(text):
    assert len(text.encode()) < 1_000_000
    for tag, attributes in Elements(text).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        for name in ("src", "href", "xlink:href", "action", "data"):
            where = attributes.get(name, "#")
            assert where.startswith(("#", "data:image/png;base64,")), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src &#39;none&#39;;") and "unsafe" not in policy
    assert text.count("<script>") == 1 and text.count("<style>") == 1
    ids = [attributes["id"] for _, attributes in Elements(text).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(a["href"][1:] in ids for tag, a in Elements(text).tags if tag == "a")


def test_hostile_texts_stay_text(document):
    document = copy.deepcopy(document)
    document["table"] = ATTACK
    document["given"]["reasons"][0].update(id=ATTACK, reason=ATTACK)
    for example in document["examples"]:
        example.update(image=ATTACK, hidden=ATTACK, made=[ATTACK])
    document["examples"][0]["thumbnail"] = ADDRESS
    document["examples"][1]["thumbnail"] = 'iVBORw0KGgo" onload="alert(1)'
    text = render(document)
    assert ATTACK not in text and "&lt;script&gt;" in text and "data:text/html" not in re.findall(r'="([^"]*)"', text)
    names = [tag for tag, _ in Elements(text).tags]
    assert names.count("script") == 1 and names.count("title") > 1
    assert all(
        attributes.get("src", "data:image/png").startswith("data:image/png") for _, attributes in Elements(text).tags
    )


def test_more_than_a_page_holds_is_told(document):
    assert "1,003 more are not shown" in render(changed(document, "examples", 0, "more", to=1003))
    heavy = copy.deepcopy(document)
    picture = next(each["thumbnail"] for each in document["examples"] if each["thumbnail"])
    for example in heavy["examples"]:
        example["thumbnail"] = picture.rstrip("=") + "A" * 1_200_000
    text = render(heavy)
    assert len(text.encode()) < LARGEST
    assert "3 more examples are in view.json; they would make this page too large." in text


@pytest.mark.parametrize(
    ("path", "to"),
    [(("examples",), []), (("statements",), []), (("given", "split"), None), (("given", "reasons"), []),
     (("all", "sources", 0, "source"), None), (("all", "entries_per_image", "mean"), None)],
)  # fmt: skip
def test_it_renders_whatever_is_missing(document, path, to):
    text = render(changed(document, *path, to=to))
    assert text.rstrip().endswith("</html>") and ">None<" not in text and "nan" not in text.lower()


def test_a_view_of_one_entry_is_drawn(tmp_path):
    rows = [entry(i, "vqa") for i in range(2)]
    text = write_view_page(sample_folder(tmp_path, rows, images=1)).read_text("utf-8")
    assert "1 entry in either view" in text and "1 image " in text


def test_the_document_is_held_to_its_schema(document):
    validate(document, "view.json", VIEW)
    assert document["schema"] == VIEW.identifier and document["format"] == VIEW.version
    for path, to in ((("matched", "images"), "many"), (("all", "tasks", 0, "task"), "dance"), (("format",), 9)):
        with pytest.raises(InputError, match=r"'view.json' (is not a valid Angiogram view|has view format 9)"):
            render(changed(document, *path, to=to))


def test_the_page_lies_beside_its_document(tmp_path):
    folder = sample_folder(tmp_path)
    page = write_view_page(folder)
    assert page == folder / "view.html" and len(page.read_text("utf-8")) > 20_000
    assert json.loads((folder / "view.json").read_text("utf-8"))["all"]["images"] == IMAGES
