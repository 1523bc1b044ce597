"""A made annotation table as dense as IMAX: 4.1 tasks and 7.46 entries an image on average (arXiv 2504.09967)."""

from pathlib import Path

import numpy as np
import polars as pl

from angiogram.data.annotations.schema import ANSWER, SCHEMA
from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.data.annotations.tasks import ON_IMAGES

# Of each task: how common it is, and how many entries beyond the first an image then has on average.
_COMMON = np.array([0.8, 0.65, 0.55, 0.75, 0.45, 0.4, 0.5])
_MORE = np.array([0.35, 0.0, 0.25, 0.0, 1.8, 1.8, 2.85])
_SOURCES = ("site a", "site b", "site c", "model", "rules")
_FINDINGS = ("edema", "effusion", "mass", "nodule", "pneumothorax")
_SENTENCE = "The heart is of normal size and the lungs are clear on both sides, without a sign of effusion. "


def write_annotated(path: Path, images: int, seed: int = 0) -> int:
    """Write the table and return its number of rows; one in 1,000 breaks a rule, one in 50 has no image."""
    rng = np.random.default_rng(seed)
    density = rng.beta(1.82, 1.25, images)
    has = rng.random((images, len(ON_IMAGES))) < np.clip(1.74 * _COMMON * density[:, None], 0, 1)
    has[~has.any(1), 0] = True
    counts = has * (1 + rng.poisson(_MORE, has.shape))
    image, task = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    rows = len(image)
    box = np.sort(rng.random((rows, 2, 2)), axis=1) * 0.9 + np.array([[[0.0], [0.05]]])
    drawn = pl.DataFrame(
        {
            "row": np.arange(rows, dtype=np.uint32),
            "image": image,
            "task": pl.Series(np.array(ON_IMAGES)[task]),
            "source": pl.Series(np.array(_SOURCES)[(image % 2) * 2 + task % 3]),
            "finding": pl.Series(np.array(_FINDINGS)[rng.integers(0, len(_FINDINGS), rows)]),
            "value": rng.uniform(0.4, 0.6, rows),
            "box": box.reshape(rows, 4),
            "broken": rng.random(rows) < 0.001,
            "text": rng.random(rows) < 0.02,
        }
    )
    write_annotations(Annotations(_entries(drawn.lazy()), path.parent / "images"), path)
    return rows


def _entries(drawn: pl.LazyFrame) -> pl.LazyFrame:
    task, finding, number = pl.col("task"), pl.col("finding"), pl.col("image").cast(pl.String)
    folder = (pl.col("image") // 1000).cast(pl.String)
    options = pl.lit(pl.Series([list(_FINDINGS)], dtype=pl.List(pl.String)).first(), dtype=pl.List(pl.String))

    def of(value: pl.Expr, *tasks: str) -> pl.Expr:
        return pl.when(task.is_in(tasks)).then(value)

    answer = pl.struct(
        label=of(finding, "multi_class", "rec", "reg"),
        labels=of(pl.concat_list(finding), "multi_label"),
        unsure=pl.lit(None, pl.List(pl.String)),
        options=of(options, "multi_class", "multi_label"),
        box=of(pl.col("box").arr.to_list(), "rec", "reg"),
        quantity=of(pl.lit("CTR"), "calculation"),
        value=of(pl.col("value"), "calculation"),
        unit=of(pl.lit("ratio"), "calculation"),
    ).cast(ANSWER)
    without = pl.col("text")
    made = drawn.select(
        pl.format("e{}", "row").alias("id"),
        pl.when(~without).then(pl.format("p{}/image-{}.png", folder, number)).alias("image"),
        pl.when(without).then(pl.lit("text_qa")).otherwise(task).alias("task"),
        pl.format("Question {} about the {} in this image: what is seen?", pl.col("row") % 50, finding).alias("prompt"),
        pl.when(pl.col("broken")).then(pl.lit(" "))
        .when(task == "report").then(pl.lit(_SENTENCE * 4))
        .otherwise(pl.format("There is {}.", finding)).alias("target"),
        "source",
        answer.alias("answer"),
        pl.format("patient {}", pl.col("image") // 2).alias("group"),
        pl.format("study {}", "image").alias("study"),
        pl.lit("CC BY 4.0").alias("licence"),
        pl.lit(None, pl.Float64).alias("confidence"),
        pl.lit("train").alias("split"),
        pl.lit(None, pl.String).alias("conversation"),
        pl.lit(None, pl.Int64).alias("turn"),
    )  # fmt: skip
    return made.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
