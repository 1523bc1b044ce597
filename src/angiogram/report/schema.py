"""The published JSON schemas of report.json and its like, generated from the dataclasses they describe.

`report.schema.json` and the other schemas beside this file are what users and other tools read; a test keeps them equal
to `generate()`. Write them anew with `python -m angiogram.report.schema`.
"""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from angiogram.errors import InputError
from angiogram.report.published import ALL, REPORT, Published

PLAIN_TYPES = {"str": "string", "bool": "boolean", "int": "integer", "float": ["number", "null"]}


def generate(published: Published = REPORT) -> dict[str, Any]:
    """The schema as data, JSON Schema draft 2020-12."""
    definitions: dict[str, Any] = {}
    content = _object(published.kind, definitions)
    properties = {
        "format": {
            "const": published.version,
            "description": "Version of this format; it grows when a reader would break.",
        },
        "schema": {"const": published.identifier, "description": "The identifier of this schema."},
        **content["properties"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": published.identifier,
        "title": published.noun,
        "description": published.description,
        **{key: content[key] for key in ("type", "additionalProperties")},
        "required": list(properties),
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def validate(document: object, source: str = "report.json", published: Published = REPORT) -> None:
    """Check that `document` is what it should be, in this version of its format.

    Raises:
        InputError: it is not; `source` names it in the message.
    """
    if not isinstance(document, Mapping) or "format" not in document:
        raise InputError(f"'{source}' is not an {published.noun}: it has no 'format'.")
    if document["format"] != published.version:
        raise InputError(
            f"'{source}' has {published.name} format {document['format']!r}; this version of Angiogram reads format "
            f"{published.version}."
        )
    problem = best_match(_validator(published).iter_errors(document))
    if problem is not None:
        message = problem.message if len(problem.message) <= 160 else f"{problem.message[:160]}..."
        raise InputError(f"'{source}' is not a valid {published.noun}: at {problem.json_path}, {message}")


@cache
def _validator(published: Published) -> Draft202012Validator:
    return Draft202012Validator(json.loads(published.schema_file.read_text("utf-8")))


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
    for each in ALL:
        each.schema_file.write_text(json.dumps(generate(each), indent=2) + "\n", "utf-8")
