"""Pairs of radiographs that are the same but for one thing: a structure taken out, or another grade of heart size.

Pose, exposure, display and every pixel's random number are those of the first image, so that pixels whose ray is not
changed are equal. Both belong to its group.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from angiogram.data.radiographs.drawing import Shot
from angiogram.data.radiographs.measures import GRADE_NAMES, grade_of
from angiogram.data.radiographs.origin import LICENCE, SOURCE
from angiogram.data.radiographs.removal import REMOVABLE
from angiogram.data.radiographs.rows import setting_of, shown_window, truth_of
from angiogram.data.radiographs.setting import RANGES, stream
from angiogram.data.radiographs.strips import nearest_in
from angiogram.data.radiographs.tasks.classes import GRADE
from angiogram.data.radiographs.tasks.questions import CLEARLY_IN, YES_NO

AIMS = (0.47, 0.525, 0.575, 0.62)
"""The CTR that a heart of each grade is scaled to, before the split's nearest strip is taken."""
CLEAR = 0.012
"""How far from a grade's limits the expected CTR must lie: it is measured in pixels."""
_PURPOSE = 3


@dataclass(frozen=True)
class Change:
    """What is done to a radiograph.

    Attributes:
        shot: the other radiograph.
        of: id of the first.
        kind: what differs.
        changed: the structure, or "heart size".
    """

    shot: Shot
    of: str
    kind: Literal["structure", "grade"]
    changed: str


def changes(rows: Sequence[Mapping[str, Any]], most: int, seed: int) -> list[Change]:
    """Up to so many changes, half of each kind where there are enough; a pure function of rows and seed.

    Those that take the same structure out of the same planes stand together, as taking it out is slow.
    """
    removals = [change for row in rows for change in _removals(row)]
    grades = [change for row in rows for change in _grades(row)]
    rng = stream(seed, 0, _PURPOSE)
    chosen = [[kind[int(i)] for i in rng.permutation(len(kind))] for kind in (removals, grades)]
    first = chosen[0][: max((most + 1) // 2, most - len(grades))]
    return sorted([*first, *chosen[1][: most - len(first)]], key=_alike)


def pairs(found: Sequence[Change], rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """A row a pair: both images, what differs, a question, its answer for the first and for the other.

    Args:
        found: the changes, in the order of `others`.
        rows: of the first radiographs.
        others: of the changed ones, as they turned out; where the grade is the same after all, there is no pair.
    """
    given = {row["id"]: row for row in rows.filter(pl.col("id").is_in([each.of for each in found])).to_dicts()}
    drawn = [_pair(change, given[change.of], other) for change, other in zip(found, others.to_dicts(), strict=True)]
    return pl.DataFrame([pair for pair in drawn if pair["answer"] != pair["other_answer"]], schema=SCHEMA)


SCHEMA = pl.Schema(
    {
        **dict.fromkeys(("id", "image", "other_id", "other_image", "kind", "changed"), pl.String()),
        **dict.fromkeys(("task", "prompt"), pl.String()),
        "options": pl.List(pl.String()),
        **dict.fromkeys(("answer", "other_answer"), pl.String()),
        **dict.fromkeys(("heart_scale", "other_heart_scale", "ctr", "other_ctr"), pl.Float64()),
        **dict.fromkeys(("group", "split", "source", "licence"), pl.String()),
    }
)


def _alike(change: Change) -> tuple[str, str, int, str]:
    return change.kind, change.changed, change.shot.how.exposure.depth_axis, change.shot.id


def _pair(change: Change, first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    if change.kind == "structure":
        prompt = f"Is the {change.changed} visible in this radiograph?"
        asked = {"task": "vqa", "prompt": prompt, "options": YES_NO, "answer": "yes", "other_answer": "no"}
    else:
        asked = {"task": "multi_class", "prompt": GRADE[0], "options": GRADE_NAMES}
        asked |= {"answer": first["grade"], "other_answer": other["grade"]}
    scales = {"heart_scale": first["heart_scale"], "other_heart_scale": other["heart_scale"]}
    return {
        **{name: first[name] for name in ("id", "image", "ctr", "split")},
        **{f"other_{name}": other[name] for name in ("id", "image", "ctr")},
        "kind": change.kind,
        "changed": change.changed,
        **asked,
        **scales,
        "group": first["id"],
        "source": SOURCE,
        "licence": LICENCE,
    }


def _removals(row: Mapping[str, Any]) -> Iterator[Change]:
    how = setting_of(row)
    for seen in truth_of(row).seen:
        if seen.name in REMOVABLE and seen.share >= CLEARLY_IN:
            name = f"{how.id}-without-{seen.name.replace(' ', '-')}"
            yield Change(Shot(name, how, seen.name, shown_window(row)), how.id, "structure", seen.name)


def _grades(row: Mapping[str, Any]) -> Iterator[Change]:
    how, ctr = setting_of(row), row["ctr"]
    if ctr is None:
        return
    for grade, aim in zip(GRADE_NAMES, AIMS, strict=True):
        scale = nearest_in(RANGES["heart_scale"], how.heart_scale * aim / ctr, how.split)
        expected = ctr * scale / how.heart_scale  # the heart's width grows with its scale, the chest's does not
        surely = grade_of(expected - CLEAR) == grade_of(expected + CLEAR) == grade
        if surely and grade != row["grade"]:
            name = f"{how.id}-heart-{grade.replace(' ', '-')}"
            yield Change(
                Shot(name, replace(how, heart_scale=scale), window=shown_window(row)), how.id, "grade", "heart size"
            )
