"""InternVL in transformers' own layout."""

from dataclasses import replace

from angiogram.model.families.llava import FAMILY as LLAVA

FAMILY = replace(LLAVA, name="internvl", layout="internvl", encoder_blocks=("model.vision_tower.encoder.layer",))
