"""One HTML file from a template, with nothing to fetch and nothing allowed to run but its own."""

import base64
import hashlib
from functools import cache
from typing import cast

from jinja2 import Environment, PackageLoader, StrictUndefined

from angiogram.compare.comparison import Contrast
from angiogram.diagnose.cause.windows import ranges
from angiogram.diagnose.tell.diagnosis import Difference
from angiogram.report import wording
from angiogram.report.charts.boxes import box_key, boxes_over
from angiogram.report.charts.causes import interchange_chart, windows_chart
from angiogram.report.charts.conditions import condition_key, condition_name, conditions_chart
from angiogram.report.charts.confusion import confused_pairs, heat_map, mistaken
from angiogram.report.charts.dumbbell import dumbbell
from angiogram.report.charts.evidence import evidence_legend, full_colour, overlay
from angiogram.report.charts.flow import flow
from angiogram.report.charts.histogram import histograms
from angiogram.report.charts.icons import icon
from angiogram.report.charts.ladder import ladder_chart
from angiogram.report.charts.margin import margin_plot
from angiogram.report.charts.nuisance import nuisance_chart
from angiogram.report.charts.scatter import most_drawn, scatter, scatter_key
from angiogram.report.charts.tap_changes import tap_changes
from angiogram.report.charts.task_matrix import task_matrix
from angiogram.report.charts.waterfall import waterfall
from angiogram.report.task_names import task_meaning, task_name
from angiogram.report.thumbnail import picture, shown_size


def sealed(name: str, **values: object) -> str:
    """The template `name` filled with `values`, with the style, the script and a policy that allows these two only."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return _environment().get_template(name).render(style=style, script=script, policy=policy, **values)


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
        wording.score_interval,
        wording.score_change,
        wording.together,
    )
    charts = (
        windows_chart,
        interchange_chart,
        waterfall,
        flow,
        ladder_chart,
        nuisance_chart,
        tap_changes,
        margin_plot,
        dumbbell,
        heat_map,
        confused_pairs,
        mistaken,
        icon,
        full_colour,
        overlay,
        evidence_legend,
        scatter,
        scatter_key,
        most_drawn,
        histograms,
        task_matrix,
        boxes_over,
        box_key,
        conditions_chart,
        condition_key,
    )
    shown = (picture, shown_size, pairs, ranges, task_name, task_meaning, condition_name)
    cast(dict[str, object], environment.filters).update({word.__name__: word for word in (*words, *shown)})
    cast(dict[str, object], environment.globals).update({chart.__name__: chart for chart in charts})
    return environment


def pairs(contrast: Contrast) -> list[Difference]:
    """The stages of a contrast as `dumbbell` draws them."""
    return [Difference(s.key, s.before.value, s.after.value, s.change) for s in contrast.stages]


@cache
def _asset(name: str) -> str:
    loader = PackageLoader("angiogram.report", "templates")
    return loader.get_source(Environment(autoescape=True), name)[0]


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
