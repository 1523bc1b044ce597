"""A training, from what a user names to the folders of its stages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.api.beginning import Loader, Trust, identity_of
from angiogram.api.learning_from import learnt_from
from angiogram.api.watching import Watching, watchers
from angiogram.cache import Progress, default_cache
from angiogram.data.progress import silent
from angiogram.data.sources.options import SourceOptions
from angiogram.errors import InputError
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.train.recipe.check import check_recipe
from angiogram.train.recipe.settings import START, Recipe

if TYPE_CHECKING:
    from angiogram.evaluate.result import Evaluation


@dataclass(frozen=True)
class Trained:
    """A finished training.

    Attributes:
        folders: of the stages in order; each is a model.
        evaluation: of the last one, on entries that it did not learn from; None where there are none.
    """

    folders: tuple[Path, ...]
    evaluation: "Evaluation | None"


def train(
    recipe: str | Path,
    out: str | Path,
    *,
    model: str | Path | None = None,
    data: str | Path | None = None,
    split: str | None = None,
    evaluated: int = 100,
    dynamics: int | None = None,
    samples: int | None = None,
    logs: Sequence[str] = (),
    trust_remote_code: bool = False,
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> Trained:
    """Train a model by a recipe; each stage writes a folder that `load_model` takes.

    Args:
        recipe: one that comes along, such as "demo" or "lora", or a YAML file.
        out: folder of the stages; an interrupted stage in it is continued.
        model: what is trained, in place of what the recipe names.
        data: an annotation table or labelled images that are learnt from, in place of what the recipe names.
        split: of an annotation table: the entries that are learnt from; by default "train".
        evaluated: at the end, at most so many entries of each task of a table's validation or test part, or of the
            test part of labelled images; 0 for none.
        dynamics: steps between two looks at the spectra of gradients; None for no look.
        samples: steps between two rounds of answers; None for none.
        logs: trackers that are told of each step, "tensorboard" and "trackio".
        trust_remote_code: run the code that the model brings along; read it first.
        cache: folder for converted models and images; by default the user's cache.
        progress: receives plain lines; None for silence.

    Raises:
        InputError: anything that cannot be used, in one sentence.

    >>> import angiogram as ag
    >>> ag.train("loar", "runs/tuned", model="my-model", data="my-images")
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no recipe 'loar'; known are ...; did you mean 'lora'?
    """
    from angiogram.api.finishing import finish
    from angiogram.train.recipe import read_recipe

    named = read_recipe(str(recipe))
    if model is not None:
        named = replace(named, model=str(model), parts=None)
    named = replace(named, data=named.data if data is None else str(data), split=split or named.split)
    kept, said, trust = Path(cache or default_cache()), progress or silent, Trust(trust_remote_code)
    folders = train_together(
        named,
        Path(out).expanduser(),
        trust=trust,
        watching=Watching(dynamics, samples, tuple(logs)),
        cache=kept,
        progress=said,
    )
    return Trained(tuple(folders), finish(named, folders, evaluated, trust=trust, cache=kept, progress=said))


def train_together(
    recipe: Recipe,
    out: Path,
    *,
    source: SourceOptions | None = None,
    trust: Trust | None = None,
    watching: Watching | None = None,
    cache: Path,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> list[Path]:
    """Open what a recipe names, and run its stages; the stages' folders in order. Several ranks may share the work.

    Args:
        recipe: names a model or parts, and the data.
        out: folder of the stages.
        source: how labelled images are opened.
        trust: of the model.
        watching: what it says of itself.
        cache: folder for converted models and images.
        progress: receives plain lines.
        ranks: the processes that share the work.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    trust, watching = trust or Trust(), watching or Watching()
    watching.check()
    check_recipe(recipe)  # once more: the command may name other data and another model
    if recipe.data is None:
        raise InputError(f"The recipe '{recipe.name}' names no data; give an annotation table or cases with --data.")
    if recipe.model is None and recipe.parts is None:
        raise InputError(f"The recipe '{recipe.name}' names no model and no parts; give a model with --model.")
    with ranks.one_before_the_others():
        learnt = learnt_from(recipe, source or SourceOptions(), cache, progress)  # refused before a model is loaded

    from transformers.utils import logging

    from angiogram.train.ranks import divides_weights
    from angiogram.train.stages import Beginning, run_recipe

    logging.disable_progress_bar()  # ours are plain lines
    if divides_weights() and (watching.dynamics or watching.samples):
        raise InputError("--dynamics and --samples need the whole model in one process, and its weights are divided.")

    beginning = Beginning(recipe.model or START, identity_of(recipe, trust.base))
    load = Loader(recipe, trust, out, cache, progress, ranks)
    watch = partial(watchers, watching, progress)
    return run_recipe(recipe, beginning, learnt, load, out, progress, watch=watch, ranks=ranks)
