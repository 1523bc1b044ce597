"""`angiogram train`: run a recipe."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from angiogram.cli.progress import printed


@dataclass(frozen=True)
class Train:
    """Train a model by a recipe; each stage writes a folder that `diagnose` takes as MODEL.

    Example: angiogram train demo --out runs/trained
    """

    recipe: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RECIPE")]
    """demo, or a YAML file"""
    out: Path
    """folder for the stages; an interrupted stage in it is continued"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Train every stage that is not there yet and print the folders."""
        from angiogram.cache import default_cache
        from angiogram.data.phantom import phantom_annotation, phantom_cases
        from angiogram.train.recipe import read_recipe
        from angiogram.train.stages import run_recipe
        from angiogram.train.texts import Texts

        cache = self.cache or default_cache()
        recipe = read_recipe(self.recipe)
        cases = phantom_cases(cache, printed)
        cases = cases.select([i for i, case in enumerate(cases.rows) if case.split == "train"])
        annotation = phantom_annotation(cache, printed)
        texts = Texts(cases, annotation.of(cases), annotation.names)
        for folder in run_recipe(recipe, texts, self.out, cache, printed):
            print(folder)
