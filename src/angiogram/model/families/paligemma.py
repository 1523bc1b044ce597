"""PaliGemma: image and question see each other in both directions."""

from dataclasses import replace

from angiogram.model.families.llava import FAMILY as LLAVA

FAMILY = replace(LLAVA, name="paligemma", layout="single")
