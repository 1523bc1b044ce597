"""Packages that only some models need: what to install where one is missing."""

import re

from angiogram.errors import InputError

EXTRA = ("timm", "torchvision")  # what `angiogram[models]` brings
_MISSING = re.compile(r"requires the (\w+) library|Missing optional dependencies: (\w+)")


def needs_package(what: str, error: Exception) -> InputError | None:
    """The sentence for an error of transformers that comes from a package that is not installed; else None.

    >>> str(needs_package("The model 'm'", ImportError("TimmWrapperModel requires the timm library but it was")))
    "The model 'm' needs the package timm, which is not installed; install it with `pip install 'angiogram[models]'`."
    """
    found = _MISSING.search(str(error))
    if found is None:
        return None
    package = (found.group(1) or found.group(2)).lower()
    wanted = "'angiogram[models]'" if package in EXTRA else package
    return InputError(
        f"{what} needs the package {package}, which is not installed; install it with `pip install {wanted}`."
    )
