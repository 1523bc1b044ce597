"""`angiogram train`: run a recipe."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from angiogram.cli.options import CasesOptions
from angiogram.cli.progress import printed


@dataclass(frozen=True)
class Train(CasesOptions):
    """Train a model by a recipe; each stage writes a folder that `diagnose` takes as MODEL.

    Several GPUs or machines share the steps where `accelerate launch --multi_gpu -m angiogram train ...` starts it.

    Example: angiogram train demo --out runs/trained
    Example: angiogram train lora --model owner/name --data folder --out runs/tuned
    """

    recipe: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RECIPE")]
    """a recipe that comes along, such as demo or lora, or a YAML file"""
    out: Path
    """folder for the stages; an interrupted stage in it is continued"""
    model: str | None = None
    """what is trained, in place of what the recipe names"""
    data: str | None = None
    """an annotation table or CASES that are learnt from, in place of what the recipe names"""
    split: str | None = None
    """of an annotation table: the entries that are learnt from (default: train)"""
    trust_remote_code: tyro.conf.FlagCreatePairsOff[bool] = False
    """run the code that the model brings along; read it first"""
    anatomy: Path | None = None
    """a YAML file that says which module is what, for a model that Angiogram does not know"""
    base: str | None = None
    """folder or hub id of the model that an adapter, or a checkpoint without processor files, was tuned from"""
    dynamics: int | None = None
    """look at the spectra of the entries' gradients every so many steps (written beside the stage's folder)"""
    samples: int | None = None
    """answer an entry of each task every so many steps, on the screen and beside the stage's folder"""
    log: tuple[Literal["tensorboard", "trackio"], ...] = ()
    """where each step is told: tensorboard (in the folder `logs`), trackio"""
    evaluate: int = 100
    """at the end, ask at most so many entries of each task of a table's validation or test part, or of the test part of
    labelled images; 0 for none"""
    push: str | None = None
    """put the last stage on the hub under this name, owner/name"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Train every stage that is not there yet and print the folders."""
        from dataclasses import replace

        from angiogram.api.beginning import Trust
        from angiogram.api.finishing import finish, push
        from angiogram.api.training import train_together
        from angiogram.api.watching import Watching
        from angiogram.cache import default_cache
        from angiogram.data.progress import silent
        from angiogram.train.ranks import training_ranks
        from angiogram.train.recipe import read_recipe

        recipe = read_recipe(self.recipe)
        if self.model is not None:
            recipe = replace(recipe, model=self.model, parts=None)
        recipe = replace(recipe, data=self.data or recipe.data, split=self.split or recipe.split)
        cache = self.cache or default_cache()
        source, trust = self.source(), Trust(self.trust_remote_code, self.anatomy, self.base)
        with training_ranks() as ranks:
            progress = printed if ranks.is_first else silent
            folders = train_together(
                recipe,
                self.out,
                source=source,
                trust=trust,
                watching=Watching(self.dynamics, self.samples, self.log),
                cache=cache,
                progress=progress,
                ranks=ranks,
            )
        if not ranks.is_first:
            return
        finish(recipe, folders, self.evaluate, source=source, trust=trust, cache=cache, progress=progress)
        if self.push is not None:
            print(push(folders[-1], self.push, progress))
        for folder in folders:
            print(folder)
