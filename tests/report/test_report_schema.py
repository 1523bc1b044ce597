import copy
import json

import pytest
from jsonschema import Draft202012Validator
from report_sample import sample_diagnosis, two_classes, without_reference

from angiogram.errors import InputError
from angiogram.report.document import to_document
from angiogram.report.published import ALL
from angiogram.report.schema import generate, validate


@pytest.mark.parametrize("published", ALL, ids=lambda each: each.name)
def test_the_published_file_is_up_to_date(published):
    written = json.loads(published.schema_file.read_text("utf-8"))
    assert written == generate(published), "write it anew: python -m angiogram.report.schema"


def test_it_is_a_schema_with_words():
    schema = generate()
    Draft202012Validator.check_schema(schema)
    for name, definition in schema["$defs"].items():
        assert definition["title"] == name
        assert len(definition["description"]) > 10, name
    assert "consecutive" in schema["properties"]["steps"]["description"]
    assert schema["$defs"]["Answers"]["properties"]["mention"]["description"] == "counts of parse outcomes."


@pytest.mark.parametrize("make", [sample_diagnosis, without_reference, two_classes])
def test_real_documents_are_valid(make):
    validate(json.loads(json.dumps(to_document(make()))))


def damage(path, value):
    def do(document):
        *parents, last = path
        for key in parents:
            document = document[key]
        document[last] = value

    return do


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (damage(["format"], 2), "has report format 2; this version of Angiogram reads format 1"),
        (damage(["evaluated"], "many"), r"at \$.evaluated"),
        (damage(["evaluated"], True), r"at \$.evaluated"),
        (damage(["stages", 0, "key"], "X"), r"at \$.stages\[0\].key"),
        (damage(["curve", 3, "accuracy", "low"], "0.1"), r"at \$.curve\[3\].accuracy.low"),
        (damage(["quarantined", 0], ["only a case"]), r"at \$.quarantined\[0\]"),
        (damage(["extra"], 1), "extra"),
        (lambda document: document.pop("headline"), "headline"),
    ],
)
def test_a_damaged_document_is_one_sentence(change, message):
    document = copy.deepcopy(to_document(sample_diagnosis()))
    change(document)
    with pytest.raises(InputError, match=message) as caught:
        validate(document, "run/report.json")
    assert "\n" not in str(caught.value) and "run/report.json" in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("foreign", [[], {}, None, {"name": "package"}])
def test_foreign_json_is_not_a_report(foreign):
    with pytest.raises(InputError, match="not an Angiogram report"):
        validate(foreign)
