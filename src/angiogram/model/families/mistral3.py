"""Mistral 3 with the Pixtral encoder."""

from dataclasses import replace

from angiogram.model.families.llava import FAMILY as LLAVA

FAMILY = replace(LLAVA, name="mistral3", layout="pixtral", encoder_blocks=("model.vision_tower.transformer.layers",))
