"""report.html: one file, made from report.json alone, with nothing to fetch and nothing allowed to run but its own."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined

from angiogram.diagnose.diagnosis import Diagnosis
from angiogram.report import wording
from angiogram.report.charts.confusion import confused_pairs, heat_map, mistaken
from angiogram.report.charts.dumbbell import dumbbell
from angiogram.report.charts.flow import flow
from angiogram.report.charts.icons import icon
from angiogram.report.charts.margin import margin_plot
from angiogram.report.charts.waterfall import waterfall
from angiogram.report.document import from_document
from angiogram.report.schema import validate

LARGEST = 5_000_000  # bytes
MOST_ROWS = 200  # of lists that grow with the number of cases; the whole list is in report.json


def render(report: Mapping[str, Any]) -> str:
    """The page of one report.json document.

    Examples are left out from the end, and the page says so, where their pictures would make it larger than 5 MB.

    Raises:
        InputError: `report` is not a valid report.
    """
    validate(report)
    diagnosis = from_document(report)
    total = len(diagnosis.examples)
    page = _fill(diagnosis, total)
    while len(page.encode("utf-8", "replace")) > LARGEST and diagnosis.examples:
        diagnosis = replace(diagnosis, examples=diagnosis.examples[: len(diagnosis.examples) // 2])
        page = _fill(diagnosis, total)
    return page


def _fill(diagnosis: Diagnosis, examples: int) -> str:
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("page.html.j2")
    return template.render(
        report=diagnosis, examples=examples, most=MOST_ROWS, style=style, script=script, policy=policy
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("angiogram.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    words = (
        wording.percent,
        wording.percent_interval,
        wording.points,
        wording.round_points,
        wording.points_interval,
        wording.change,
        wording.number,
        wording.p_value,
        wording.together,
    )
    charts = (waterfall, flow, margin_plot, dumbbell, heat_map, confused_pairs, mistaken, icon)
    cast(dict[str, object], environment.filters).update({word.__name__: word for word in (*words, picture)})
    cast(dict[str, object], environment.globals).update({chart.__name__: chart for chart in charts})
    return environment


def picture(thumbnail: str) -> str | None:
    """The data address of a base64 PNG, None where the text is anything else.

    >>> picture("javascript:alert(1)") is None
    True
    """
    return f"data:image/png;base64,{thumbnail}" if re.fullmatch(r"iVBORw0KGgo[A-Za-z0-9+/]+={0,2}", thumbnail) else None


@cache
def _asset(name: str) -> str:
    loader = PackageLoader("angiogram.report", "templates")
    return loader.get_source(Environment(autoescape=True), name)[0]


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
