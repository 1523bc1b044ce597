"""The published JSON schema of report.json, generated from the dataclasses it describes.

`report.schema.json` beside this file is what users and other tools read; a test keeps it equal to `generate()`.
Write it anew with `python -m angiogram.report.schema`.
"""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from angiogram.diagnose.diagnosis import Diagnosis
from angiogram.errors import InputError
from angiogram.report.document import FORMAT, SCHEMA_ID

PLAIN_TYPES = {"str": "string", "bool": "boolean", "int": "integer", "float": ["number", "null"]}
SCHEMA_FILE = Path(__file__).with_name("report.schema.json")


def generate() -> dict[str, Any]:
    """The schema as data, JSON Schema draft 2020-12."""
    definitions: dict[str, Any] = {}
    report = _object(Diagnosis, definitions)
    properties = {
        "format": {"const": FORMAT, "description": "Version of this format; it grows when a reader would break."},
        "schema": {"const": SCHEMA_ID, "description": "The identifier of this schema."},
        **report["properties"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Angiogram report",
        "description": "The result of one diagnosis: everything that report.html shows. Accuracies, skills and losses "
        "are fractions (0.05 = 5 points); a number that could not be computed is null.",
        **{key: report[key] for key in ("type", "additionalProperties")},
        "required": list(properties),
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def validate(document: object, source: str = "report.json") -> None:
    """Check that `document` is a report of this format.

    Raises:
        InputError: it is not; `source` names it in the message.
    """
    if not isinstance(document, Mapping) or "format" not in document:
        raise InputError(f"'{source}' is not an Angiogram report: it has no 'format'.")
    if document["format"] != FORMAT:
        raise InputError(
            f"'{source}' has report format {document['format']!r}; this version of Angiogram reads format {FORMAT}."
        )
    problem = best_match(_validator().iter_errors(document))
    if problem is not None:
        message = problem.message if len(problem.message) <= 160 else f"{problem.message[:160]}..."
        raise InputError(f"'{source}' is not a valid Angiogram report: at {problem.json_path}, {message}")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8")))


def _object(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    summary, attributes = _documentation(kind)
    hints = get_type_hints(kind)
    properties: dict[str, Any] = {}
    for field in fields(kind):
        described = {"description": attributes[field.name]} if field.name in attributes else {}
        properties[field.name] = {**described, **_type(hints[field.name], definitions)}
    return {
        "title": kind.__name__,
        "description": summary,
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _type(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # an annotation
    arguments = get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}  # holds the place while its own fields are described
            definitions[kind.__name__] = _object(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if get_origin(kind) is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _type(arguments[0], definitions)}
    if get_origin(kind) is tuple:
        items = [_type(item, definitions) for item in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if NoneType in arguments:
        inner = _type(next(item for item in arguments if item is not NoneType), definitions)
        return inner if "null" in inner.get("type", ()) else {"anyOf": [inner, {"type": "null"}]}
    if arguments:
        return {"enum": list(arguments)}
    return {"type": PLAIN_TYPES[cast(type, kind).__name__]}


def _documentation(kind: type) -> tuple[str, dict[str, str]]:
    """The docstring's first paragraph, and the text of each entry under `Attributes:`."""
    summary, _, attributes = (inspect.getdoc(kind) or "").partition("\nAttributes:\n")
    entries: dict[str, str] = {}
    for names, text in re.findall(r"^ {4}(\w[\w, ]*): (.*(?:\n {8}.*)*)", attributes, re.MULTILINE):
        entries.update(dict.fromkeys(names.split(", "), re.sub(r"\s+", " ", text)))
    return re.sub(r"\s+", " ", summary).strip(), entries


if __name__ == "__main__":
    SCHEMA_FILE.write_text(json.dumps(generate(), indent=2) + "\n", "utf-8")
