"""`angiogram mend`: the least repair that a diagnosis names, and what became of it."""

from dataclasses import dataclass
from pathlib import Path

from angiogram.cli.progress import printed
from angiogram.cli.request import Request
from angiogram.mend.repairs import Repair


@dataclass(frozen=True)
class Mend(Request):
    """Make the least repair that a diagnosis names, and diagnose the mended model on the same cases.

    Goes on from the finished diagnosis of MODEL on CASES where there is one, else diagnoses first. The mended model is
    a folder that every verb takes as MODEL. One repair a run: what to try next is said.

    Example: angiogram mend demo phantom --out runs/mended
    """

    repair: Repair | None = None
    """which one (default: the least that the diagnosis names)"""
    recipe: str | None = None
    """by which connector, language model or encoder is trained, in place of the recipe that comes along: its name or a
    YAML file"""
    run_folder: Path | None = None
    """of the finished diagnosis (default: where `diagnose` writes it)"""
    guard: str | None = None
    """cases or an annotation table that the repair must not harm"""

    def run(self) -> None:
        """Mend, write the mended model, mend.json and mend.html, and print what became of it."""
        from angiogram.api.mending import Wish, mend_asked, mend_folder
        from angiogram.cache import default_cache
        from angiogram.report.mending.terminal import print_mending

        wish = Wish(self.repair, self.recipe, self.run_folder, self.guard)
        asked, settings = self.asked(), self.settings()  # refused before anything else
        mended = mend_asked(
            asked, settings, wish, self.out or mend_folder(asked), self.cache or default_cache(), printed
        )
        if mended is not None:
            print_mending(mended.mending)
            print(f"{mended.html_path}\n{mended.json_path}\n{mended.folder}")
