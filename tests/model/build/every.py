"""One tiny build of each kind whose flow differs: for every job that takes a model."""

import pytest

from tests.model.build.deep import bright_volumes, write_deep
from tests.model.build.test_assembled_parts import assembled

POOLED = {"name": "attention", "queries": 5, "heads": 2}
ROUTED = {"name": "experts", "experts": 2, "router_width": 4}


def _flat(**settings):
    def write(folder):
        for part in assembled(**settings):
            part.save_pretrained(folder)

    return write


def _deep(*settings, **more):
    return lambda folder: write_deep(folder, *settings, **more)


BUILDS = {
    "experts": _flat(project="experts"),
    "resampler": _flat(reduce="resampler"),
    "attention": _flat(encoder="clip", reduce="attention", vision_layer=-2),
    "all tokens": _flat(encoder="clip", reduce="none", vision_tokens="all"),
    "native volumes": _deep("native", vision_layer=-2),
    "volumes by slices": _deep("slices with a class token"),
    "volumes pooled": _deep("slices", {"reduce": POOLED, "project": ROUTED}),
}
SOME = ("experts", "native volumes")
EVERY = tuple(name if name in SOME else pytest.param(name, marks=pytest.mark.nightly) for name in BUILDS)
"""For tests that take seconds a build: the others of `BUILDS` are for `make nightly`."""


def cases_for(loaded, squares):
    """Images of the kind that the model takes."""
    return squares if loaded.slices is None else bright_volumes()
