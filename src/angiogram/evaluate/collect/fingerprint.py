"""What must be equal for answers to be the same answers."""

from collections.abc import Mapping

import torch
import transformers

import angiogram
from angiogram.evaluate.collect.plan import Plan
from angiogram.files import sha256_of_text
from angiogram.imaging.read import Preparation


def fingerprint(planned: Plan, hashes: Mapping[str, str], how: Preparation) -> dict[str, str]:
    """Named digests and versions; two runs whose entries are all equal may share a store.

    Args:
        planned: all questions.
        hashes: of the files of pictures, by name.
        how: pictures are made of what has more than 8 bits or two dimensions.
    """
    shown = [f"{planned.entries[each.entry].id}:{each.condition}:{each.image}" for each in planned.requests]
    routes = planned.routes(range(len(planned.requests)))
    routed = [] if routes is None else [str(routes.tolist())]
    options = [f"{row}:{planned.options(row)}:{planned.task(row).longest}" for row in range(len(planned.requests))]
    return {
        "model": planned.loaded.revision,
        "preprocessing": sha256_of_text(planned.loaded.processor.image_processor.to_json_string()),
        "preparation": repr(how),
        "precision": str(planned.loaded.model.dtype),
        "prompt": sha256_of_text("\n".join(planned.prompts)),
        "cases": sha256_of_text("\n".join([*shown, *(f"{name}:{digest}" for name, digest in sorted(hashes.items()))])),
        "answers": sha256_of_text("\n".join([planned.blind, *options, *routed])),
        "versions": f"angiogram {angiogram.__version__}, torch {torch.__version__}, "
        f"transformers {transformers.__version__}",
    }
