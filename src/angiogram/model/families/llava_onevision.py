"""LLaVA-OneVision."""

from dataclasses import replace

from angiogram.model.families.llava import FAMILY as LLAVA

FAMILY = replace(LLAVA, name="llava_onevision", layout="anyres")
