"""An evaluation, from what a user names to a run folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.api.folders import named_after
from angiogram.cache import Progress, default_cache
from angiogram.data.progress import silent
from angiogram.data.shown import Pictures
from angiogram.evaluate.opened import Chosen, opened
from angiogram.evaluate.settings import EvaluationSettings
from angiogram.imaging.read import Preparation
from angiogram.model.loading import AUTO, Loading
from angiogram.report.evaluation.disk import write_evaluation
from angiogram.tap.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from angiogram.evaluate.result import Evaluation
    from angiogram.model.load import LoadedModel


@dataclass(frozen=True)
class Evaluated:
    """A finished evaluation.

    Attributes:
        folder: of the run; it holds entries.parquet, a row for every question.
        evaluation: the result.
        json_path: of evaluate.json.
        html_path: of evaluate.html, the page made from it.
    """

    folder: Path
    evaluation: "Evaluation"
    json_path: Path
    html_path: Path


def evaluate(
    model: "str | Path | LoadedModel",
    table: str | Path,
    out: str | Path | None = None,
    *,
    split: str | None = None,
    tasks: Sequence[str] = (),
    most: int | None = None,
    controls: bool = True,
    batch_size: int | None = None,
    window: str = "",
    metric_weights: str | Path | None = None,
    pictures: Pictures = "auto",
    resamples: int = 2000,
    seed: int = 0,
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> Evaluated:
    """Ask a model all questions of an annotation table, and score its answers.

    Args:
        model: what `load_model` gave, or a name as it takes one.
        table: an annotation table, a Parquet file.
        out: run folder; by default `runs/answers-of-MODEL-on-TABLE` under the current folder, which is said. An
            interrupted run in it is continued; answers to something else in it are refused.
        split: entries of this split, or "all"; by default "test", where the table has one.
        tasks: only these.
        most: at most so many entries of each task.
        controls: whether it is also asked without an image and with another group's.
        batch_size: questions a forward pass; None for what fits.
        window: of DICOM and NIfTI images.
        metric_weights: folder with the weights of CheXbert, RadGraph and BERTScore.
        pictures: which the result holds: "auto", "all" or "none".
        resamples: bootstrap resamples of the groups.
        seed: of the exchange of images and of the resamples.
        cache: folder for converted models; by default the user's cache.
        progress: receives plain lines; None for silence.

    Raises:
        InputError: anything that cannot be used, in one sentence.
    """
    settings = EvaluationSettings(
        seed=seed,
        resamples=resamples,
        batch_size=batch_size,
        controls=controls,
        pictures=pictures,
        metric_weights=None if metric_weights is None else Path(metric_weights),
    )
    model = str(model) if isinstance(model, Path) else model
    folder = evaluation_folder(model, Path(table)) if out is None else Path(out).expanduser()
    if out is None and progress is not None:
        progress(f"run folder: {folder}")
    found = evaluate_together(
        model,
        Path(table),
        folder,
        Chosen(split, tuple(tasks), most),
        settings,
        how=Preparation.parse(window) if window else None,
        cache=Path(cache or default_cache()),
        progress=progress or silent,
    )
    assert found is not None  # alone, this is the first rank
    return found


def evaluation_folder(model: "str | LoadedModel", table: Path) -> Path:
    """Where an evaluation goes whose folder is not named.

    >>> evaluation_folder("demo", Path("radiographs/annotations.parquet")).as_posix()
    'runs/answers-of-demo-on-annotations'
    """
    return named_after(model, str(table), "answers-of-")


def evaluate_together(
    model: "str | LoadedModel",
    table: Path,
    out: Path,
    chosen: Chosen,
    settings: EvaluationSettings,
    *,
    how: Preparation | None = None,
    loading: Loading = AUTO,
    cache: Path,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> Evaluated | None:
    """Open, ask, score and write; several ranks may share the work.

    Returns:
        The evaluation on the first rank, nothing on the others.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    with ranks.agreed():
        entries = opened(table, chosen)  # refused before the model is loaded

    from transformers.utils import logging

    from angiogram.evaluate.run import evaluate
    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    with ranks.one_before_the_others():
        loaded = load_model(model, cache, progress, loading) if isinstance(model, str) else model
    evaluation = evaluate(loaded, entries, settings, out, progress, how, ranks)
    return None if evaluation is None else Evaluated(out, evaluation, *write_evaluation(evaluation, out))
