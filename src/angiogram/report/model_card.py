"""The model card of a trained model: what it began with and learnt from, how, and how well it answers.

The metrics stand both in a table and in the card's `model-index`, each with its 95 % interval.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard, ModelCardData

import angiogram
from angiogram.data.annotations.tasks import Task
from angiogram.evaluate.result import Evaluation
from angiogram.files import atomic_file
from angiogram.model.origin import Origin
from angiogram.train.recipe.settings import Recipe, Stage

CARD = "README.md"
KINDS: Mapping[Task, str] = {  # the hub's names
    "calculation": "image-text-to-text",
    "report": "image-to-text",
    "multi_class": "image-classification",
    "multi_label": "image-classification",
    "rec": "object-detection",
    "reg": "image-to-text",
    "vqa": "visual-question-answering",
    "text_qa": "question-answering",
}


def write_card(folder: Path, recipe: Recipe, stages: Sequence[Stage], origin: Origin, found: Evaluation | str) -> None:
    """Write the card into a stage's folder.

    Args:
        folder: of the stage.
        recipe: that it was trained by.
        stages: those up to this one.
        origin: where it comes from.
        found: its evaluation on entries that it did not learn from, or why there is none.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    name = folder.resolve().name
    data = ModelCardData(
        base_model=_bases(recipe),
        eval_results=_index(found) if isinstance(found, Evaluation) else None,
        library_name="angiogram",
        model_name=name,
        pipeline_tag="image-text-to-text",
        tags=["angiogram", "medical"],
    )
    text = f"---\n{data.to_yaml()}\n---\n{_words(name, recipe, stages, origin, found)}"
    with atomic_file(folder / CARD) as temporary:
        ModelCard(text).save(temporary)


def _index(found: Evaluation) -> list[EvalResult]:
    return [
        EvalResult(
            task_type=KINDS[task.task],
            dataset_type=found.table,
            dataset_name=f"{found.table}, {task.task}",
            dataset_split=found.split,
            metric_type=metric.name,
            metric_value=metric.real.value,
            metric_name=metric.name,
            metric_args={"interval": [metric.real.low, metric.real.high], "level": 0.95, "cases": metric.cases},
        )
        for task in found.tasks
        for metric in task.metrics
        if metric.real is not None
    ]


def _words(name: str, recipe: Recipe, stages: Sequence[Stage], origin: Origin, found: Evaluation | str) -> str:
    lines = [
        f"# {name}",
        "A multimodal language model that was trained with Angiogram. Not a medical device.",
        f"**Begun with** {_begun(recipe)}. **Learnt from** {origin.data}, split {recipe.split}. Recipe "
        f"`{recipe.name}`, seed {recipe.seed}, angiogram {angiogram.__version__}, digest `{str(origin.recipe)[:16]}`.",
        "| stage | steps | entries a step | encoder | connector | llm |\n|---|---|---|---|---|---|\n"
        + "\n".join(_row(stage) for stage in stages),
        "**Limits.** Nothing beyond the numbers below is known of it. `angiogram diagnose` says where it loses the "
        "image, `angiogram evaluate` whether its scores come from the image.",
        _metrics(found),
    ]
    return "\n\n".join(lines) + "\n"


def _begun(recipe: Recipe) -> str:
    if recipe.parts is not None:
        vision = recipe.parts.vision
        encoder = f"the encoder of `{vision}`" if isinstance(vision, str) else "a fresh encoder of volumes"
        return f"{encoder}, the LLM of `{recipe.parts.text}` and a fresh connector"
    return f"`{Path(str(recipe.model)).name if Path(str(recipe.model)).exists() else recipe.model}`"


def _bases(recipe: Recipe) -> list[str] | None:
    """The models of the hub that it was made of, as the hub lists them."""
    named = [str(recipe.model)]
    if recipe.parts is not None:
        named = [part for part in (recipe.parts.vision, recipe.parts.text) if isinstance(part, str)]
    return [name.partition("@")[0] for name in named if name.count("/") == 1 and not Path(name).exists()] or None


def _row(stage: Stage) -> str:
    return (
        f"| {stage.name} | {stage.steps} | {stage.batch_size} | "
        + " | ".join(_way(stage, part) for part in ("encoder", "connector", "llm"))
        + " |"
    )


def _way(stage: Stage, part: str) -> str:
    how = {str(name): each for name, each in stage.parts.items()}.get(part)
    if how is None or how.train == "frozen":
        return "frozen"
    rank = f" r{how.rank}/a{how.alpha}" if how.train == "lora" else ""
    return f"{how.train}{rank}, {how.learning_rate:.1e}"


def _metrics(found: Evaluation | str) -> str:
    if isinstance(found, str):
        return f"**Metrics.** Not evaluated: {found}."
    rows = [
        f"| {task.task} | {metric.name} | {metric.real.value:.3f} | {metric.real.low:.3f} to {metric.real.high:.3f} | "
        f"{metric.cases} |"
        for task in found.tasks
        for metric in task.metrics
        if metric.real is not None
    ]
    return (
        f"**Metrics** on {found.given} entries of {found.table}, split {found.split or 'all'}, which it did not learn "
        "from (95 % intervals by a bootstrap over groups; whether they come from the image was not looked at):\n\n"
        "| task | metric | value | interval | answers |\n|---|---|---|---|---|\n" + "\n".join(rows)
    )
