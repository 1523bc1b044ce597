"""The views of `angiogram.data.views` in pandas: the same rules, choice, draw and counts; only the solver is shared."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from angiogram.data.annotations.schema import SPLITS
from angiogram.data.annotations.tasks import ON_IMAGES, TASKS
from angiogram.data.views.chance import shuffled
from angiogram.data.views.dense import Dense, most_with_one_task
from angiogram.data.views.fewest import fewest_uses
from angiogram.data.views.image_types import ImageTypes
from angiogram.data.views.pool import Given
from angiogram.data.views.statistics import Bar, PerImage, SourceCount, SplitCount, Statistics, TaskCount
from angiogram.data.views.view import Asked, Matched, View
from angiogram.files import atomic_folder
from angiogram.plain import plain

SEED = 0
TASK_ORDER = list(ON_IMAGES)


def both_views(path: Path, folder: Path) -> View:
    """Read, check, choose, match, draw, count, write."""
    table = pq.read_table(path)
    frame = table.flatten().to_pandas(types_mapper=pd.ArrowDtype)
    sound = broken_rule(frame) == ""
    every = slim(frame[sound & frame["image"].notna()])
    has_split = every["split"].notna().any()
    rows = every[every["split"] == "train"] if has_split else every
    entries = entries_of_images(rows)
    per_image = (entries > 0).sum(axis=1)
    tasks = -(-int((entries.sum() > 0).sum()) // 2)
    dense = entries[per_image >= tasks]
    order = shuffled(len(dense), "choice of dense images", SEED)
    chosen = dense.iloc[order]
    needed = np.concatenate([np.zeros((1, len(TASK_ORDER)), np.int64), chosen.to_numpy().cumsum(axis=0)])
    types, placed = types_of(entries)
    images = most_with_one_task(Dense(tasks, chosen.index.to_numpy(), needed), types)
    while (fewest := fewest_uses(types.entries, types.count, needed[images])).most > 1:
        images -= 1
    centric = rows[rows["picture"].isin(chosen.index[:images])]
    scattered = drawn(rows, serving(placed, fewest.uses), needed[images])
    served = scattered.groupby("picture")["task"].nunique()
    view = View(
        path.name,
        (),
        Asked(),
        Given(len(frame), int((~sound).sum()), (), int(frame["image"].isna()[sound].sum()), "train",
              len(every) - len(rows)),
        Matched(images, True, tasks, len(dense), len(types.count), int(served.max()), 1, int((served - 1).sum()), 0,
                int(np.isin(centric["picture"].unique(), scattered["picture"]).sum()),
                int(np.isin(centric["number"], scattered["number"]).sum())),
        statistics(every),
        statistics(centric),
        statistics(scattered),
        (),
    )  # fmt: skip
    with atomic_folder(folder) as temporary:
        for name, part in (("image_centric", centric), ("scattered", scattered)):
            pq.write_table(table.take(pa.array(part["number"])), temporary / f"{name}.parquet", compression="zstd")
        (temporary / "view.json").write_text(json.dumps(plain(view), indent=1))
    return view


def slim(sound: pd.DataFrame) -> pd.DataFrame:
    """The columns that counting needs, names as numbers."""
    return pd.DataFrame(
        {
            "number": sound.index,
            "picture": sound["image"].factorize(sort=True)[0],
            "task": pd.Categorical(sound["task"], categories=TASK_ORDER),
            "source": sound["source"].astype("category"),
            "group": sound["group"].fillna(sound["image"]).factorize()[0],
            "split": sound["split"].astype("category"),
            "conversation": sound["conversation"],
            "turn": sound["turn"],
        }
    )


def entries_of_images(rows: pd.DataFrame) -> pd.DataFrame:
    """A row an image, a column a task."""
    counted = rows.groupby(["picture", "task"], observed=True).size().unstack(fill_value=0)
    return counted.reindex(columns=TASK_ORDER, fill_value=0).sort_index()


def types_of(entries: pd.DataFrame) -> tuple[ImageTypes, pd.DataFrame]:
    """Types of images, and the type, count and place of each image."""
    grouped = entries.groupby(TASK_ORDER, sort=True)
    counted = grouped.size()
    chance = pd.Series(shuffled(len(entries), "places of images", SEED), entries.index)
    kind = grouped.ngroup()
    placed = pd.DataFrame({"type": kind, "count": counted.to_numpy()[kind], "place": chance.groupby(kind).rank() - 1})
    return ImageTypes(counted.index.to_frame().to_numpy(np.int64), counted.to_numpy(np.int64), None), placed  # type: ignore[arg-type]


def serving(placed: pd.DataFrame, uses: np.ndarray) -> pd.DataFrame:
    """Which image is used for which task."""
    first = uses.cumsum(axis=1) - uses
    parts = []
    for i, task in enumerate(TASK_ORDER):
        mine = (placed["place"] - first[placed["type"], i]) % placed["count"] < uses[placed["type"], i]
        parts.append(pd.DataFrame({"picture": placed.index[mine], "task": task}))
    return pd.concat(parts).astype({"task": pd.CategoricalDtype(TASK_ORDER)})


def drawn(rows: pd.DataFrame, used: pd.DataFrame, needed: np.ndarray) -> pd.DataFrame:
    """So many entries of each task, one of each image first."""
    chance = shuffled(len(rows), "entries of images", SEED)
    found = rows.assign(chance=chance)
    first = found.groupby("conversation")["chance"].transform("min")
    found = found.assign(first=first.fillna(found["chance"])).merge(used, on=["picture", "task"])
    found = found.sort_values(["first", "turn"])
    found["before"] = found.groupby(["picture", "task"], observed=True).cumcount()
    found = found.sort_values(["before", "chance"])
    place = found.groupby("task", observed=True).cumcount()
    return found[place < needed[found["task"].cat.codes]].sort_values("number")


def statistics(rows: pd.DataFrame) -> Statistics:
    """The same numbers."""
    entries = entries_of_images(rows)
    has = (entries > 0).astype(np.int64)
    together = has.T @ has
    by = rows.assign(**{task: rows["task"] == task for task in TASK_ORDER})
    sources = by.groupby("source", observed=True, dropna=False).agg(
        {"number": "size", "picture": "nunique", **dict.fromkeys(TASK_ORDER, "sum")}
    )
    sources = sources.sort_index().sort_values("number", ascending=False, kind="stable")
    splits = rows.groupby("split", observed=True, dropna=False).agg(
        {"number": "size", "picture": "nunique", "group": "nunique"}
    )
    totals = entries.sum()
    return Statistics(
        len(rows),
        len(entries),
        rows["group"].nunique(),
        per_image(entries.sum(axis=1)),
        per_image(has.sum(axis=1)),
        tuple(TaskCount(task, int(totals[task]), int(together.at[task, task])) for task in ON_IMAGES),
        tuple(map(tuple, together.to_numpy().tolist())),
        tuple(
            SourceCount(name, row[0], row[1], tuple(row[2:]))
            for name, row in zip(sources.index, sources.to_numpy().tolist(), strict=True)
        ),
        tuple(SplitCount(name, *row) for name, row in zip(splits.index, splits.to_numpy().tolist(), strict=True)),
    )


def per_image(numbers: Any) -> PerImage:
    """Mean, median and histogram."""
    counted = numbers.value_counts().sort_index()
    return PerImage(numbers.mean(), numbers.median(), tuple(map(Bar, counted.index.tolist(), counted.tolist())))


def broken_rule(frame: pd.DataFrame) -> pd.Series:
    """The first rule of `annotations/rules.py` that a row breaks, in short; "" where it breaks none."""
    image, task, box = frame["image"], frame["task"], frame["answer.box"]
    label, options, value = frame["answer.label"], frame["answer.options"], frame["answer.value"]
    sides = [box.where(box.list.len() == 4).list[i] for i in range(4)]
    left, top, right, bottom = sides
    tokens = frame["prompt"].str.count("<image>")
    finite = sum(np.isfinite(side.astype("float64").fillna(np.nan)).astype(int) for side in sides)
    usual = frame.groupby("answer.quantity")["answer.unit"].agg(lambda units: units.mode().iloc[0])
    expected = frame["answer.quantity"].map({"CTR": "ratio", "CPAR": "ratio"} | usual.to_dict())
    rules = (
        (empty(frame["id"]), "no id"),
        (frame["id"].duplicated(), "the id stands in an earlier row"),
        (empty(task), "no task"),
        (~task.isin(TASKS), "unknown task"),
        (empty(image) & (task != "text_qa"), "no image"),
        (image.notna() & (task == "text_qa"), "text_qa with an image"),
        (image.str.contains(r"^(?:[/\\~]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)"), "the image leaves the folder"),
        (empty(frame["prompt"]), "empty prompt"),
        (empty(frame["target"]), "empty target"),
        (tokens > image.notna().astype(int), "image tokens"),
        (frame["split"].notna() & ~frame["split"].isin(SPLITS), "unknown split"),
        (frame["confidence"].notna() & ~frame["confidence"].between(0, 1), "confidence"),
        ((frame["turn"].isna() != frame["conversation"].isna()) | (frame["turn"] < 0), "turn"),
        ((task == "multi_class") & empty(label), "no label"),
        ((task == "multi_label") & frame["answer.labels"].isna(), "no labels"),
        (task.isin(("multi_class", "multi_label")) & (options.list.len().fillna(0) == 0), "no options"),
        (stranger(label, options), "the label is no option"),
        (stranger(frame["answer.labels"].explode(), options), "a label is no option"),
        (stranger(frame["answer.unsure"].explode(), options), "an unsure label is no option"),
        (task.isin(("rec", "reg")) & box.isna(), "no box"),
        (box.notna() & ((box.list.len() != 4) | (finite != 4)), "no four sides"),
        ((left >= right) | (top >= bottom), "turned box"),
        ((left < 0) | (top < 0) | (right > 1) | (bottom > 1), "box outside"),
        (
            (task == "calculation") & (empty(frame["answer.quantity"]) | value.isna() | empty(frame["answer.unit"])),
            "no quantity, value or unit",
        ),
        (value.notna() & ~np.isfinite(value.astype("float64").fillna(0)), "no number"),
        (frame["answer.unit"].notna() & (frame["answer.unit"] != expected), "unit"),
    )
    broken = [np.asarray(rule.fillna(False), dtype=bool) for rule, _ in rules]
    return pd.Series(np.select(broken, [reason for _, reason in rules], ""), frame.index)


def empty(column: pd.Series) -> pd.Series:
    """Null or blank."""
    return column.isna() | (column.str.strip() == "")


def stranger(labels: pd.Series, options: pd.Series) -> pd.Series:
    """Rows with a label that is none of their options."""
    given = labels.dropna().rename("word")
    rows = options.index.isin(given.index)
    known = options[rows].explode().dropna().rename("word")
    given, known = given.rename_axis("row").reset_index(), known.rename_axis("row").reset_index()
    beside = given.merge(known, on=["row", "word"], how="left", indicator=True)
    strange = beside.loc[beside["_merge"] == "left_only", "row"]
    return pd.Series(options.index.isin(strange), options.index) & options.notna()
