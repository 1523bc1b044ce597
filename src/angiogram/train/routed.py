"""A connector that routes by task knows the tasks that it is to learn, or one sentence says which it lacks."""

from typing import Any

from angiogram.cache import Progress
from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.connectors.experts import Experts
from angiogram.train.draws.phantom import PhantomTexts
from angiogram.train.draws.table import Entries
from angiogram.train.recipe import Recipe


def check_routed(recipe: Recipe, model: Any, source: PhantomTexts | Entries, progress: Progress) -> None:
    """Refuse to train a fresh connector of experts on tasks that have no number in the model.

    Their images would be routed by the mean of the tasks that have one, so that an expert that is a task's own might
    never learn, without a word. A finished model's tasks are what they are: it may learn others, which is said.

    Args:
        recipe: all of its stages that train the connector.
        model: of transformers; one whose connector does not route by task takes every task.
        source: what the stages draw.
        progress: receives plain lines.

    Raises:
        InputError: names the tasks that the recipe has to name.
    """
    if not isinstance(model.config, AngiogramConfig):
        return
    project = model.model.connector.project
    if not isinstance(project, Experts) or not project.router.by_task:
        return
    stages = [stage for stage in recipe.stages if "connector" in stage.trained()]
    drawn = dict.fromkeys(task for stage in stages for task in source.tasks(stage))
    missing = [task for task in drawn if task not in model.config.tasks]
    if not missing:
        return
    lacking = f"The connector's router decides by task and has no number for {', '.join(missing)}"
    if recipe.parts is None:
        progress(f"{lacking}; their images are routed by the mean of its tasks' weights")
        return
    known = [task for task in model.config.tasks if task in TASKS]
    raise InputError(
        f"{lacking}, which the stages draw; write `tasks: [{', '.join([*known, *missing])}]` into the recipe's parts."
    )
