"""What must be equal for features to be the same features."""

from collections.abc import Sequence

import torch
import transformers

import angiogram
from angiogram.data.cases import Cases
from angiogram.diagnose.collect.plan import LENS, WORDS, Plan
from angiogram.files import sha256_of_text


def fingerprint(planned: Plan, cases: Cases, image_hashes: Sequence[str]) -> dict[str, str]:
    """Named digests and versions; two runs whose entries are all equal may share a feature store."""
    rows = [f"{c.id}:{c.label}:{c.split}:{h}" for c, h in zip(cases.rows, image_hashes, strict=True)]
    rows += [] if cases.revision is None else [cases.revision]
    asked = "".join("01"[int(a)] for a in planned.asked)
    answers = f"{cases.words}:{asked}:{planned.longest_answer}:{WORDS}:{LENS}" if planned.tree else "none"
    return {
        "model": planned.loaded.revision,
        "preprocessing": sha256_of_text(planned.loaded.processor.image_processor.to_json_string()),
        "precision": str(planned.loaded.model.dtype),
        "prompt": sha256_of_text("\n".join(planned.prompts)),
        "cases": sha256_of_text("\n".join(rows)),
        "taps": sha256_of_text(",".join(tap.name for tap in planned.taps)),
        "answers": sha256_of_text(answers),
        "versions": f"angiogram {angiogram.__version__}, torch {torch.__version__}, "
        f"transformers {transformers.__version__}",
    }
