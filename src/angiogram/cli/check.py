"""`angiogram check`: can the features and answers of this model be trusted?"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from angiogram.cli.options import CasesOptions, ModelOptions
from angiogram.cli.progress import printed

if TYPE_CHECKING:
    from angiogram.data.cases import Cases
    from angiogram.imaging.image import Image

MOST_IMAGES = 4
SOMETHING_WRONG = 1


@dataclass(frozen=True)
class Check(CasesOptions, ModelOptions):
    """Check that a model can be diagnosed: batching, padding, taps, answers, and whether it looks at the image.

    The exit status is 1 where a check fails. Without CASES four pictures drawn in code are used, for a model of volumes
    each as every slice of one.

    Example: angiogram check demo phantom
    """

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """demo, demo-tuned, demo-3d (of volumes), a folder in Hugging Face layout or of a PEFT adapter, a folder that
    `train` wrote, or a hub id"""
    cases: Annotated[str | None, tyro.conf.Positional, tyro.conf.arg(metavar="CASES")] = None
    """phantom, phantom-volumes, a folder with one subfolder a class, a table or a MedMNIST .npz: four of its images are
    used"""
    out: Path | None = None
    """a JSON file for the same results"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Load the model, run every check, print the table, and leave with status 1 where something is wrong."""
        from dataclasses import replace

        from angiogram.cache import default_cache
        from angiogram.check.drawn import CLASSES, QUESTION, STATEMENT, drawn_pictures

        cache, loading = self.cache or default_cache(), self.loading()
        if self.cases is None:
            images, question, classes, source = drawn_pictures(), QUESTION, CLASSES, STATEMENT
        else:
            cases = self.open_cases(self.cases, cache)
            images, question, classes = _some(cases), cases.ask(), cases.classes
            source = f"{len(images)} images of {cases.name}"

        from transformers.utils import logging

        from angiogram.check.checks import run_checks, sound
        from angiogram.check.subject import Subject
        from angiogram.model.depth import in_kind
        from angiogram.model.load import load_model
        from angiogram.report.checks import print_checks, write_checks

        logging.disable_progress_bar()  # ours are plain lines
        loaded = load_model(self.model, cache, printed, loading)
        if self.cases is None:
            images = tuple(in_kind(loaded.processor, image) for image in images)
        elif loaded.slices is not None and images[0].slices is None:
            printed("the model takes volumes: the cases are read again, whole")
            images = _some(replace(self, slice="all").open_cases(self.cases, cache))
        printed(f"{loaded.name}, revision {loaded.revision[:16]}, on {source}")
        results = run_checks(Subject(loaded, images, question, classes), printed)
        print_checks(results)
        if self.out is not None:
            write_checks(results, loaded.name, loaded.revision, source, self.out)
            print(self.out)
        if not sound(results):
            sys.exit(SOMETHING_WRONG)


def _some(cases: "Cases") -> "tuple[Image, ...]":
    """Readable images from all over the set.

    Raises:
        InputError: the first of them that cannot be read, where fewer than two can.
    """
    from angiogram.errors import InputError

    step = max(1, len(cases) // MOST_IMAGES)
    images: list[Image] = []
    unreadable: InputError | None = None
    for row in [*cases.rows[::step], *cases.rows]:
        if len(images) == MOST_IMAGES:
            break
        try:
            images.append(cases.read(row))
        except InputError as error:
            unreadable = unreadable or error
    if len(images) < 2:
        raise unreadable or InputError(f"A check needs two images or more; '{cases.name}' has {len(images)}.")
    return tuple(images)
