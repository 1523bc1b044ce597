"""The input rung: the same images prepared in another way. [own]"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import PIL.Image
import PIL.ImageFilter
import PIL.ImageOps
from numpy.typing import NDArray

from angiogram.answer.calibrate import prior
from angiogram.cache import Progress
from angiogram.data.cases import Case, Cases
from angiogram.diagnose.repair.asking import nothing
from angiogram.diagnose.repair.bench import Bench, answered
from angiogram.diagnose.repair.refit_rung import ANSWER, judged
from angiogram.diagnose.repair.rung import Rung
from angiogram.imaging.depth import each_slice
from angiogram.imaging.image import Image

Prepare = Callable[[PIL.Image.Image], PIL.Image.Image]
AS_THEY_ARE = "as they are"
FLAT = 8  # grey values by which a border may differ from its corner
CHOOSING = 64  # cases that teach, at most, on which a preparation is chosen


def enlarged(image: PIL.Image.Image) -> PIL.Image.Image:
    """The middle half, as large as the whole was."""
    width, height = image.size
    middle = (width // 4, height // 4, width - width // 4, height - height // 4)
    return image.crop(middle).resize(image.size, PIL.Image.Resampling.BICUBIC)


def without_border(image: PIL.Image.Image) -> PIL.Image.Image:
    """Without what has the colour of the corner all around, as large as the whole was."""
    pixels = np.asarray(image, np.int16)
    apart = np.argwhere(np.abs(pixels - pixels[:1, :1]) > FLAT)  # (row, column, ...) of whatever differs
    if not len(apart):
        return image
    ys, xs = np.unique(apart[:, 0]), np.unique(apart[:, 1])
    box = (int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1)
    return image.crop(box).resize(image.size, PIL.Image.Resampling.BICUBIC)


PREPARATIONS: dict[str, Prepare] = {
    "contrast stretched": lambda image: PIL.ImageOps.autocontrast(image, cutoff=1),
    "inverted": PIL.ImageOps.invert,
    "sharpened": lambda image: image.filter(PIL.ImageFilter.UnsharpMask(radius=2, percent=150)),
    "enlarged around the middle": enlarged,
    "without its border": without_border,
}


def preparation_passes(bench: Bench) -> int:
    """About how many passes the rung may take."""
    return len(PREPARATIONS) * len(_choosing(bench)) + _judging_passes(bench)


def preparation_rung(bench: Bench, progress: Progress) -> Rung:
    """Take the preparation that is right most often on some of the cases that teach, and judge that one.

    Of equals the images stay as they are: a choice among equals recovers nothing on other cases, which is its control.
    """
    progress(f"ladder: {len(PREPARATIONS)} other preparations of the images, about {preparation_passes(bench)} passes")
    places, labels = _choosing(bench), bench.asker.cases.labels
    rows = bench.trial.taught[places]

    def right(scores: NDArray[np.floating]) -> float:
        return float(((scores - prior(scores)).argmax(axis=1) == labels[rows]).mean())

    askers = {name: replace(bench.asker, cases=_prepared(bench.asker.cases, how)) for name, how in PREPARATIONS.items()}
    shares = {AS_THEY_ARE: right(bench.taught_scores[places])}
    shares |= {name: right(asker.likelihoods(rows)) for name, asker in askers.items()}
    best = max(shares, key=lambda name: shares[name])
    found, cost = bench.before, len(PREPARATIONS) * len(rows)
    if best != AS_THEY_ARE:
        found, cost = answered(askers[best], bench.trial, nothing, bench.longest), cost + _judging_passes(bench)
    done = (
        f"The images were prepared in {len(PREPARATIONS)} other ways ({', '.join(PREPARATIONS)}). Right most often on "
        f"{len(rows)} training cases: {best}; judged on {bench.trial.where}."
    )
    return judged(bench, "input", done, found, cost)


def _choosing(bench: Bench) -> NDArray[np.int64]:
    """Places of the cases that choose, evenly among those that teach."""
    count = len(bench.trial.taught)
    return np.linspace(0, count - 1, min(CHOOSING, count)).round().astype(np.int64)


def _judging_passes(bench: Bench) -> int:
    return len(bench.trial.taught) + round(ANSWER * len(bench.trial.judged))


def _prepared(cases: Cases, how: Prepare) -> Cases:
    def read(case: Case) -> Image:
        return each_slice(cases.read(case), how)

    return replace(cases, read=read)
