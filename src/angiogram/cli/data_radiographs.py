"""`angiogram data radiographs`: simulated chest radiographs with exact truth for all tasks."""

from dataclasses import dataclass
from pathlib import Path

from angiogram.cli.progress import printed


@dataclass(frozen=True)
class Radiographs:
    """Simulate chest radiographs from one labelled CT: images, an annotation table for seven tasks, and pairs that
    differ in one thing.

    A killed run goes on where it stopped; the same options give the same bytes.

    Example: angiogram data radiographs --out radiographs --images 200
    """

    out: Path
    """folder for images/, annotations.parquet, settings.parquet and counterfactuals.parquet"""
    images: int = 2000
    """radiographs"""
    size: int = 224
    """pixels along each side"""
    seed: int = 0
    """of poses, warps, exposures and wording"""
    counterfactuals: int = 200
    """pairs, at most, that differ in one structure or in the grade of heart size"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Make the set, print what is in it and the table's path."""
        from angiogram.cache import default_cache
        from angiogram.data.radiographs.making import Wanted, make_radiographs
        from angiogram.data.radiographs.origin import STATEMENTS

        wanted = Wanted(self.images, self.size, self.seed, self.counterfactuals)
        made = make_radiographs(self.out, wanted, self.cache or default_cache(), printed)
        print(f"{made.images} radiographs with {made.entries} entries, {made.pairs} counterfactual pairs")
        for statement in STATEMENTS:
            print(f"- {statement}")
        print(self.out / "annotations.parquet")
