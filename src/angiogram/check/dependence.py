"""Does the answer depend on the image at all?"""

from dataclasses import replace

import numpy as np

from angiogram.check.difference import FULL_PRECISION, apart, likelihoods_apart
from angiogram.check.result import Finding
from angiogram.check.subject import Subject
from angiogram.imaging.blank import grey_like
from angiogram.imaging.depth import each_slice, with_slices
from angiogram.imaging.image import Image

NAME = "image dependence"
MEASURED = (
    "how far another image under the same question moves the class log-likelihoods, as a share of the largest of them; "
    "it must exceed the tolerance"
)


def image_dependence(subject: Subject) -> Finding:
    """The first image against a grey, a noise and the last image in its place, all of its shape.

    The shape is kept so that the number of tokens, by which alone an answer can move, stays the same. Each is read in a
    batch of its own, so that a model that does not look gives the same bytes in any precision: the tolerance is that of
    float32 everywhere.
    """
    first = subject.alone[0]
    moved: dict[str, float] = {}
    connected: list[float] = []
    for name, image in _replacements(subject.images[0], subject.images[-1]).items():
        reading = subject.read([image])
        moved[name] = likelihoods_apart(reading.likelihoods, first.likelihoods)
        connected.append(apart(reading.pooled["connector.out"], first.pooled["connector.out"]))
    most = max(moved.values())
    if most > FULL_PRECISION:
        said = ", ".join(f"{100 * value:.2g} % by {name}" for name, value in moved.items())
        reason = f"The answer moves: {said}; the connector's output by {_share(connected)}."
        return Finding(most, FULL_PRECISION, "ok", reason)
    where = (
        "and neither does the connector's output: the image is lost in front of the language model"
        if max(connected) == 0
        else f"although the connector's output moves by {_share(connected)}: the language model does not use it"
    )
    return Finding(most, FULL_PRECISION, "wrong", f"The answer does not depend on the image, {where}.")


def _replacements(image: Image, other: Image) -> dict[str, Image]:
    shape = image.pixels.shape
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    height, width = image.size
    mode = "RGB" if shape == (height, width, 3) else "L"
    swapped = each_slice(other, lambda picture: picture.convert(mode).resize((width, height)))
    if image.slices is not None:
        swapped = replace(swapped, pixels=with_slices(swapped.pixels, image.slices))
    return {
        "grey": grey_like(image),
        "noise": Image(noise, ("noise",)),
        "another image": replace(swapped, made=(*other.made, "resized")),
    }


def _share(parts: list[float]) -> str:
    return f"{100 * min(parts):.3g} to {100 * max(parts):.3g} %"
