"""A recipe: what a model starts from, what it learns from, and in which stages."""

from angiogram.model.build.assembly import Assembly
from angiogram.train.recipe.read import read_recipe
from angiogram.train.recipe.settings import Blend, PartTraining, Recipe, Stage, stage_digests

__all__ = ["Assembly", "Blend", "PartTraining", "Recipe", "Stage", "read_recipe", "stage_digests"]
